// Shorter vectors from models that were trained for it.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/text_embedder.h"

namespace signalbox::models {

// Whether vectors of this model may have this dimension.
bool has_dimension(const ModelInfo& model, std::uint32_t dimension);
// "384", or "768, 512, 256": for people.
std::string dimensions_text(const ModelInfo& model);
// The first `dimension` values, brought back to length 1. A vector of zeros stays one.
std::vector<float> cut_to(std::span<const float> vector, std::uint32_t dimension);

}  // namespace signalbox::models
