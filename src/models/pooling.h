// From the hidden states of a sequence to one vector of length 1. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "models/classification_head.h"
#include "models/model_config.h"

namespace signalbox::models {

// hidden: [tokens, width], tokens > 0; out: [dimension], dimension <= width. A dimension below the width keeps the
// first numbers before normalising (Matryoshka; Kusupati et al., 2022).
void pool(Pooling pooling, std::span<const float> hidden, std::int64_t width, std::span<float> out);
// The same with a layer between the pooled state and the vector; null: there is none.
void pool(Pooling pooling, const Dense* projection, std::span<const float> hidden, std::int64_t width,
          std::span<float> out);

}  // namespace signalbox::models
