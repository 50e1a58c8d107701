// What a model folder says about itself: config.json, the sentence-transformers files, and the files' fingerprint.
//
// Read as Hugging Face writes them. Throws tensor::LoadError naming file and key. Plain values, no thread rules.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::models {

enum class Activation : std::uint8_t { gelu_erf, gelu_tanh, relu };

// config.json of an encoder in the BERT family.
struct EncoderConfig {
  std::string model_type;  // "bert"
  std::int64_t hidden = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t intermediate = 0;
  std::int64_t vocabulary = 0;
  std::int64_t positions = 0;
  std::int64_t types = 0;
  Activation activation = Activation::gelu_erf;
  float epsilon = 1e-12F;
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
