// What a fine-tuned model puts on its encoder: hidden states in, one number for each label out.
//
// Immutable after construction, shared by all workers, computed in fp32. A sequence head reads all hidden states of a
// text and gives one row of logits, a token head gives one row for each token. architecture.h says which architecture
// has which. Construction throws tensor::LoadError.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "models/encoder_parts.h"
#include "models/model_config.h"
#include "tensor/weights.h"

namespace signalbox::models {

enum class ClassifierTask : std::uint8_t { sequence, token };
std::string_view to_string(ClassifierTask task);  // "sequence classification"

class ClassificationHead {
 public:
  virtual ~ClassificationHead() = default;
  // hidden: [tokens, width] of one sequence, special tokens included. The result is [labels], or [tokens, labels].
  virtual std::vector<float> logits(std::span<const float> hidden) const = 0;
};

// A fully connected layer of a head.
struct Dense {
  // "weight" and "bias" of the scope; without `biased` the bias is zero and must not be there.
  Dense(const tensor::WeightScope& scope, std::int64_t in, std::int64_t out, bool biased = true);
  // x: [rows, in], y: [rows, out].
  void operator()(const float* x, std::int64_t rows, float* y) const;

  tensor::Matrix weight;  // [out, in]
  std::vector<float> bias;
};

// The last layer, which must have a row for each label.
Dense label_layer(const tensor::WeightScope& scope, std::int64_t width, std::size_t labels, bool biased = true);

enum class HeadActivation : std::uint8_t { tanh, gelu_erf, gelu_tanh, relu };
HeadActivation head_activation(Activation activation);

// What happens to a hidden state before the last layer.
struct HeadTransform {
  Dense dense;
  HeadActivation activation;
  std::optional<LayerNorm> norm = {};
  // x: [rows, in], y: [rows, out].
  void operator()(const float* x, std::int64_t rows, float* y) const;
};

enum class HeadPooling : std::uint8_t { first, mean, last };
// One state for the text, transformed where that is, then to the labels: BERT's pooler, RoBERTa's classification head,
// DeBERTa's context pooler, ModernBERT's prediction head; of Qwen3 the last token's state as it is.
std::unique_ptr<ClassificationHead> pooled_head(HeadPooling pooling, std::optional<HeadTransform> transform,
                                                Dense labels);
// Every token's hidden state, transformed where that is, to the labels.
std::unique_ptr<ClassificationHead> each_token_head(std::optional<HeadTransform> transform, Dense labels);

// In place: each row of `labels` logits becomes probabilities.
void softmax_rows(std::span<float> logits, std::size_t labels);

}  // namespace signalbox::models
