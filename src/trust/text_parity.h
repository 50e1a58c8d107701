// Parity: a text encoder held to the goldens of the reference, layer by layer (DESIGN §6.1).
//
// Pure; runs on the caller's thread and takes one encoder pass per golden text.
#pragma once

#include <cstddef>
#include <limits>

#include "models/classification_head.h"
#include "models/model_config.h"
#include "models/text_encoder.h"
#include "trust/goldens.h"
#include "trust/parity.h"

namespace signalbox::trust {

// Forward only: the goldens' ids go in. With a budget of tokens, a sample spread evenly over the texts.
TextParity compare_with_goldens(const models::TextEncoder& encoder, const Goldens& goldens,
                                std::size_t max_tokens = std::numeric_limits<std::size_t>::max());
// The same of an encoder whose vector is a product of the pooled state; null: it is not.
TextParity compare_with_goldens(const models::TextEncoder& encoder, const models::Dense* projection,
                                const Goldens& goldens,
                                std::size_t max_tokens = std::numeric_limits<std::size_t>::max());
// The same of a classifier: in the place of the vector stand its logits.
TextParity compare_with_goldens(const models::TextEncoder& encoder, const models::ClassificationHead& head,
                                const Goldens& goldens,
                                std::size_t max_tokens = std::numeric_limits<std::size_t>::max());

}  // namespace signalbox::trust
