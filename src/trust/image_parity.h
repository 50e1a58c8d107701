// Parity of an image tower, forward only: the reference's pixels go in, and every stage of the pass is compared
// (DESIGN §6.1). image_goldens.h names the stages.
//
// Pure; runs on the caller's thread and takes one encoder pass per golden image.
#pragma once

#include <cstddef>
#include <limits>

#include "models/image_encoder.h"
#include "trust/image_goldens.h"
#include "trust/parity.h"

namespace signalbox::trust {

// Of the first `max_images`, which are those with the states of every layer.
Parity compare_with_goldens(const models::ImageEncoder& encoder, const ImageGoldens& goldens,
                            std::size_t max_images = std::numeric_limits<std::size_t>::max());

}  // namespace signalbox::trust
