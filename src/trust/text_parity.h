// Parity: a text encoder held to the goldens of the reference, layer by layer (DESIGN §6.1).
//
// Pure; runs on the caller's thread and takes one encoder pass per golden text.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "models/classification_head.h"
#include "models/model_config.h"
#include "models/text_encoder.h"
#include "trust/goldens.h"

namespace signalbox::trust {

// |ours - reference| / |reference|, L2, the largest over all texts. 1e-5 is the bound for fp32 (fp32 noise is 4e-7, erf
// for tanh GELU 1e-4).
inline constexpr double kBoundFp32 = 1e-5;

struct LayerParity {
  std::string name;  // "embeddings", "layer 1", ..., "vector" or "logits"
  double relative_error = 0;
  std::size_t worst_text = 0;
  std::size_t texts = 0;  // compared
};

struct TextParity {
  std::vector<LayerParity> layers;
  double lowest_cosine = 1;  // of the vectors; reported, never the gate
  bool passes(double bound) const;
  // One sentence for people: the first layer above the bound, or the worst error.
  std::string summary(double bound) const;
};

// Forward only: the goldens' ids go in. With a budget of tokens, a sample spread evenly over the texts.
TextParity compare_with_goldens(const models::TextEncoder& encoder, const Goldens& goldens,
                                std::size_t max_tokens = std::numeric_limits<std::size_t>::max());
// The same of a classifier: in the place of the vector stand its logits.
TextParity compare_with_goldens(const models::TextEncoder& encoder, const models::ClassificationHead& head,
                                const Goldens& goldens,
                                std::size_t max_tokens = std::numeric_limits<std::size_t>::max());

}  // namespace signalbox::trust
