// Qwen3 (2025) as an encoder, as Qwen3-Embedding uses it: causal attention whose queries share keys and values, both
// normalised head by head before their rotation, RMSNorm, SwiGLU; the last token's state is the text's.
//
// Held to transformers' modeling_qwen3.py by trust/qwen3_parity_test.cpp.
#pragma once

#include <memory>
#include <string_view>

#include "models/classification_head.h"
#include "models/json_file.h"
#include "models/text_encoder.h"

namespace signalbox::models {

struct Qwen3Config final : OwnConfig {
  double theta = 1'000'000;
};

EncoderConfig read_qwen3_config(const JsonObject& config);
std::unique_ptr<TextEncoder> make_qwen3(const EncoderConfig& config, const tensor::Weights& weights,
                                        tensor::Arithmetic arithmetic);
// A linear layer of its own, "score": without a bias on the last token's state, or with one on every token's.
std::unique_ptr<ClassificationHead> make_qwen3_head(ClassifierTask task, const EncoderConfig& config,
                                                    const tensor::Weights& weights, std::size_t labels);
// The language model's head.
bool is_harmless_in_qwen3(std::string_view tensor);

}  // namespace signalbox::models
