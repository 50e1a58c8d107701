// Internal to api/: texts of a request that hide what they say, as they read without disguises (src/disguise). For
// explain, which shows content to whoever typed it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "api/read_images.h"
#include "evidence/evidence.h"

namespace signalbox::api {

// [{message, part | image | name, steps: [...], excerpt, text}] of every view of a text of the evidence, of what was
// read in its pictures (`recorder` may be null), of its metadata and of the names of its files. Texts are shown up to
// 2,000 bytes.
nlohmann::ordered_json views_json(const evidence::Evidence& evidence, const ImageRecorder* recorder);

}  // namespace signalbox::api
