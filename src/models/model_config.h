// What a model folder says about itself: config.json, the sentence-transformers files, and the files' fingerprint.
//
// Read as Hugging Face writes them. Throws tensor::LoadError naming file and key. Plain values, no thread rules.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::models {

enum class Activation : std::uint8_t { gelu_erf, gelu_tanh, quick_gelu, relu };

// What one architecture alone reads from config.json: its file derives from this and knows what it gets.
struct OwnConfig {
  virtual ~OwnConfig() = default;
  // Floats of scratch memory that it needs besides attention_scratch(), for sequences up to `tokens`.
  virtual std::int64_t scratch(std::int64_t /*tokens*/) const { return 0; }
  // Floats that a sequence has between two steps where these are no states of tokens (EncoderWorkspace::planes).
  virtual std::int64_t planes() const { return 0; }
};

// What the text tower of a joint model was trained to read, where the architecture fixes it. Its vector is the last
// token's state, times a projection.
struct TextContract {
  // Shorter texts are padded to the model's positions, and what pads is read like any token (SigLIP).
  bool padded = false;
  // Nothing behind the first token of this id is read: the state of that token is the text's (CLIP).
  std::optional<std::uint32_t> end;
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
  std::int64_t projection = 0;       // numbers of the vector, where it is a product of the pooled state; 0: it is not
  std::int64_t sequence_tokens = 0;  // of every sequence, where all are equally long (images); 0: they are not
  std::shared_ptr<const TextContract> contract;  // of a text tower; may be null
  // Lengths to which its vectors may be cut (Matryoshka), descending, each once; empty: none is known.
  std::vector<std::uint32_t> matryoshka_dimensions;

  std::int64_t vector_width() const { return projection != 0 ? projection : hidden; }
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

class JsonObject;
// "model_type", or what a known layout without it is called here. Throws tensor::LoadError.
std::string model_type_of(const JsonObject& config);
// Whether folders of this type hold a text tower and an image tower whose vectors share one space.
bool is_joint(std::string_view model_type);

// config.json as text; `file` is what messages call it.
EncoderConfig read_encoder_config(std::string_view json, const std::string& file);

// Throws where the folder or its model.safetensors is missing; says what could be done.
void check_model_files(const std::filesystem::path& folder);

// Reads the folder's descriptions and checks that weights and tokenizer are there; loads neither.
ModelFolder read_model_folder(const std::filesystem::path& path);

}  // namespace signalbox::models
