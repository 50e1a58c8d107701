// ModernBERT (Warner et al., 2024), and mmBERT, which is one: pre-norm layers without biases, rotary positions, gated
// feed-forward, and attention that sees a window around a token in most layers and everything in every third.
//
// Held to transformers' modeling_modernbert.py by trust/modernbert_parity_test.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "models/classification_head.h"
#include "models/json_file.h"
#include "models/text_encoder.h"

namespace signalbox::models {

struct ModernBertConfig final : OwnConfig {
  double global_theta = 160'000, local_theta = 10'000;
  std::int64_t window = 64;     // tokens on each side that a local layer sees
  std::vector<bool> is_global;  // of each layer
  // Of the heads of its classifiers.
  bool mean_classifier = false;
  bool classifier_bias = false;
  Activation classifier_activation = Activation::gelu_erf;
};

EncoderConfig read_modernbert_config(const JsonObject& config);
std::unique_ptr<TextEncoder> make_modernbert(const EncoderConfig& config, const tensor::Weights& weights,
                                             tensor::Arithmetic arithmetic);
// Under another name.
std::unique_ptr<TextEncoder> make_modernbert_in(const EncoderConfig& config, const tensor::WeightScope& scope,
                                                tensor::Arithmetic arithmetic);
// Heads of other tasks.
bool is_harmless_in_modernbert(std::string_view tensor);
std::unique_ptr<ClassificationHead> make_modernbert_head(ClassifierTask task, const EncoderConfig& config,
                                                         const tensor::Weights& weights, std::size_t labels);

}  // namespace signalbox::models
