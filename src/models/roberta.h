// RoBERTa (Liu et al., 2019) and XLM-RoBERTa (Conneau et al., 2020): BERT's layers with positions that are counted from
// behind the padding id, and a classification head of two layers.
//
// Held to transformers' modeling_roberta.py and modeling_xlm_roberta.py by trust/classifier_parity_test.cpp.
#pragma once

#include <memory>
#include <string_view>

#include "models/classification_head.h"
#include "models/json_file.h"
#include "models/text_encoder.h"

namespace signalbox::models {

EncoderConfig read_roberta_config(const JsonObject& config);
std::unique_ptr<TextEncoder> make_roberta(const EncoderConfig& config, const tensor::Weights& weights,
                                          tensor::Arithmetic arithmetic);
bool is_harmless_in_roberta(std::string_view tensor);
std::unique_ptr<ClassificationHead> make_roberta_head(ClassifierTask task, const EncoderConfig& config,
                                                      const tensor::Weights& weights, std::size_t labels);

}  // namespace signalbox::models
