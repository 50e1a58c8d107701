// Picture readers as the configuration asks for them.
#pragma once

#include <memory>

#include "evidence/image_reader.h"
#include "router/global_spec.h"
#include "vision/recognizer.h"

namespace signalbox::cli {

// How text is recognised: on pictures, and on pages of documents.
vision::RecognizerOptions recognizer_options(const router::ImageTextSpec& spec);

// Throws std::runtime_error with a sentence when workers cannot be confined on this machine, or a language is named
// whose data is not there.
std::unique_ptr<evidence::ImageReader> make_image_reader(const router::RouterSpec& spec);

}  // namespace signalbox::cli
