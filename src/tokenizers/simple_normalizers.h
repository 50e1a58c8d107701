// The small normalizers. See normalizer.h for what they promise.
#pragma once

#include "tokenizers/normalizer.h"

namespace signalbox::tokenizers {

NormalizerPtr make_lowercase();
NormalizerPtr make_strip_accents();
NormalizerPtr make_nmt();
NormalizerPtr make_byte_level_normalizer();
NormalizerPtr read_strip(JsonObject& json);
NormalizerPtr read_prepend(JsonObject& json);

}  // namespace signalbox::tokenizers
