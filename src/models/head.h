// A classifier head: a small layer on the vectors of a frozen encoder, trained by `signalbox train`.
//
// A head folder holds head.json and head.safetensors (docs/heads.md). A head belongs to the representation it was
// trained on: weights, configuration and tokenizer of the encoder, its precision and its dimension, all of which the
// fingerprint covers; with any other it is refused. Immutable; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/text_embedder.h"
#include "tensor/weights.h"

namespace signalbox::models {

inline constexpr std::string_view kHeadDescription = "head.json";
inline constexpr std::string_view kHeadWeights = "head.safetensors";
inline constexpr int kHeadFormat = 1;

enum class HeadKind : std::uint8_t {
  linear,  // logits = W x + b
  mlp,     // logits = W relu(V x + c) + b
};
std::string_view to_string(HeadKind kind);

// The encoder that a head was trained with.
struct HeadEncoder {
  std::string fingerprint;  // ModelInfo::fingerprint
  std::string name;
  std::string precision;
  std::uint32_t dimension = 0;
};

struct HeadLayer {
  tensor::Matrix weight;    // [out, in]
  std::vector<float> bias;  // [out]
};

struct HeadSpec {
  std::vector<std::string> labels;
  HeadKind kind = HeadKind::linear;
  HeadEncoder encoder;
  double temperature = 1;
  // Where the highest probability is below it, the text belongs to none of the labels; none was chosen: absent.
  std::optional<double> unknown_threshold;
  std::optional<HeadLayer> hidden;  // of an mlp
  HeadLayer output;
};

class Head {
 public:
  // `spec` is complete and its shapes fit together.
  Head(std::filesystem::path folder, HeadSpec spec, std::string fingerprint);
  // Throws tensor::LoadError: what is wrong with the folder, by file and key or tensor.
  static Head load(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  std::string name() const { return folder_.filename().string(); }
  const HeadSpec& spec() const { return spec_; }
  const std::vector<std::string>& labels() const { return spec_.labels; }
  // Hex SHA-256 of its two files; the first covers the encoder's fingerprint.
  const std::string& fingerprint() const { return fingerprint_; }

  // Why this encoder's vectors mean nothing to the head, and what to do about it; nothing: they are its own.
  std::optional<std::string> refusal(const ModelInfo& encoder) const;

  // Shape [labels]. `vector` has spec().encoder.dimension numbers.
  std::vector<float> logits(std::span<const float> vector) const;
  // softmax(logits / temperature): shape [labels], sum 1.
  std::vector<float> probabilities(std::span<const float> vector) const;

 private:
  std::filesystem::path folder_;
  HeadSpec spec_;
  std::string fingerprint_;
};

// In place: logits become probabilities.
void softmax(std::span<float> logits, double temperature = 1);

}  // namespace signalbox::models
