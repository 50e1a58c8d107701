// What a model folder says about itself: config.json, the sentence-transformers files, and the files' fingerprint.
//
// Read as Hugging Face writes them. Throws tensor::LoadError naming file and key. Plain values, no thread rules.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::models {

enum class Activation : std::uint8_t { gelu_erf, gelu_tanh, relu };

// What one architecture alone reads from config.json: its file derives from this and knows what it gets.
struct OwnConfig {
  virtual ~OwnConfig() = default;
  // Floats of scratch memory that its attention needs besides attention_scratch(), for batches up to `tokens`.
  virtual std::int64_t scratch(std::int64_t /*tokens*/) const { return 0; }
};

// config.json of an encoder: what all architectures have. architecture.h says who reads it.
struct EncoderConfig {
  std::string model_type;  // "bert"
  std::int64_t hidden = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;            // of queries
  std::int64_t key_value_heads = 0;  // fewer than heads: several queries share one
  std::int64_t head_dimension = 0;
  std::int64_t intermediate = 0;
  std::int64_t up_width = 0;  // of the feed-forward's first product: twice the intermediate where that is gated
  std::int64_t vocabulary = 0;
  std::int64_t positions = 0;  // tokens of the longest sequence, special tokens included
  std::int64_t types = 0;
  Activation activation = Activation::gelu_erf;
  float epsilon = 1e-12F;
  std::shared_ptr<const OwnConfig> own;  // may be null
  // Lengths to which its vectors may be cut (Matryoshka), descending, each once; empty: none is known.
  std::vector<std::uint32_t> matryoshka_dimensions;
};

enum class Pooling : std::uint8_t { cls, mean, last };
std::string_view to_string(Pooling pooling);

struct SentenceConfig {
  Pooling pooling = Pooling::mean;
  std::int64_t max_tokens = 0;  // max_seq_length, special tokens included; 0: as many as the model has positions
};

struct ModelFolder {
  std::filesystem::path path;
  std::filesystem::path weights;    // model.safetensors
  std::filesystem::path tokenizer;  // tokenizer.json
  std::filesystem::path adapter;    // adapter_model.safetensors; empty: none
  EncoderConfig encoder;
  SentenceConfig sentence;
  std::vector<std::filesystem::path>
      files;  // all that decide the model's numbers: weights, tokenizer, then what was read
};

// config.json as text; `file` is what messages call it.
EncoderConfig read_encoder_config(std::string_view json, const std::string& file);

// Reads the folder's descriptions and checks that weights and tokenizer are there; loads neither.
ModelFolder read_model_folder(const std::filesystem::path& path);

}  // namespace signalbox::models
