// Goldens of a text model or a classifier: what the reference implementation computed, made by parity/text/goldens.py.
//
// Immutable after load; any thread. Throws tensor::LoadError.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/model_config.h"

namespace signalbox::trust {

struct GoldenText {
  std::string text;
  std::vector<std::uint32_t> ids;  // special tokens included, truncated to the model's max_tokens
  std::vector<std::vector<float>>
      layers;  // [0]: after the embeddings, [k]: after layer k; each [tokens, hidden]; may be empty
  // Of a text model the pooled vector, L2 norm 1; of a classifier its logits, [labels] or [tokens, labels].
  std::vector<float> vector;
};

enum class GoldensKind : std::uint8_t { text, sequence_classification, token_classification };

struct Goldens {
  std::string weights_sha256;  // of the files they were made with
  std::string tokenizer_sha256;
  std::string adapter_sha256;  // empty: there was none
  GoldensKind kind = GoldensKind::text;
  models::Pooling pooling = models::Pooling::mean;  // of a text model
  std::string reference;                            // "torch 2.15.0, transformers 5.23.0"
  std::vector<GoldenText> texts;
};

// `folder` holds manifest.json and goldens.safetensors.
Goldens load_goldens(const std::filesystem::path& folder);

}  // namespace signalbox::trust
