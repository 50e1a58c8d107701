// The vectors of labelled texts, batched by the model's own batcher. Blocks for as long as it takes.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "learn/labelled_texts.h"
#include "learn/vector_store.h"
#include "models/text_embedder.h"
#include "tensor/weights.h"

namespace signalbox::learn {

// Rows of a file as training sees them.
struct LabelledVectors {
  tensor::Matrix vectors;           // [texts, dimension]
  std::vector<LabelledText> texts;  // one a row
  std::size_t cut = 0;              // texts longer than the model reads: their beginning counts
};

using Progress = std::function<void(std::size_t done, std::size_t total)>;  // may be empty

// Equal texts are encoded once, and those that `store` (may be null) knows not at all; it gets the others. The error is
// a sentence.
std::expected<LabelledVectors, std::string> embed_texts(const models::TextEmbedder& model,
                                                        std::vector<LabelledText> texts, const Progress& progress,
                                                        VectorStore* store = nullptr);

}  // namespace signalbox::learn
