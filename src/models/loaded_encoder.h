// What is loaded from a model folder before anything is served: what goldens are compared with.
//
// Plain values; moved into whoever serves it. Loading throws tensor::LoadError and may take seconds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/classification_head.h"
#include "models/model_config.h"
#include "models/text_encoder.h"
#include "tokenizers/tokenizer.h"

namespace signalbox::models {

struct LoadedEncoder {
  ModelFolder folder;
  tokenizers::Tokenizer tokenizer;
  std::unique_ptr<TextEncoder> encoder;
  std::uint32_t max_tokens = 0;           // of a text, special tokens included
  std::optional<Dense> projection = {};   // from the pooled state to the vector
  std::optional<std::uint32_t> pad = {};  // what shorter texts are filled up with (TextContract)

  // Throws tensor::LoadError: whatever is wrong with the folder, and a tokenizer that does not belong to the weights.
  static LoadedEncoder from(const std::filesystem::path& path);
  // From what the tokenizer gave, special tokens included, to what the encoder reads: padded or cut as the model was
  // trained (TextContract).
  void complete(std::vector<std::uint32_t>& ids) const;
  // The vector of a text's hidden states: at most vector_width() numbers, length 1.
  void read_vector(std::span<const float> hidden, std::span<float> out) const;
  const Dense* projection_layer() const { return projection ? &*projection : nullptr; }
  // The same weights in another arithmetic. Throws tensor::LoadError.
  std::unique_ptr<TextEncoder> encoder_in(tensor::Arithmetic arithmetic) const;
};

// The folder's tokenizer, which must have no more tokens than the model has embeddings.
tokenizers::Tokenizer load_tokenizer(const ModelFolder& folder);
// `limit` as the number of tokens of one sequence; throws when the tokenizer's special ones fill it.
std::uint32_t checked_length(const ModelFolder& folder, const tokenizers::Tokenizer& tokenizer, std::int64_t limit);

}  // namespace signalbox::models
