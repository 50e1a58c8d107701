// Goldens of a text model: what the reference implementation computed, made by parity/text/goldens.py.
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
      layers;                 // [0]: after the embeddings, [k]: after layer k; each [tokens, hidden]; may be empty
  std::vector<float> vector;  // pooled, L2 norm 1
};

struct Goldens {
  std::string weights_sha256;  // of the files they were made with
  std::string tokenizer_sha256;
  models::Pooling pooling = models::Pooling::mean;
  std::string reference;  // "torch 2.15.0, transformers 5.23.0"
  std::vector<GoldenText> texts;
};

// `folder` holds manifest.json and goldens.safetensors.
Goldens load_goldens(const std::filesystem::path& folder);

}  // namespace signalbox::trust
