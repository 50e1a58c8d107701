// DeBERTa-v2 and -v3 (He et al., 2021; 2023), mDeBERTa: BERT's layers with disentangled attention. What prompt guards
// and NLI models are built on.
//
// Held to transformers' modeling_deberta_v2.py by trust/classifier_parity_test.cpp. Not supported, and refused by name:
// the convolution of deberta-v2-xlarge, embeddings of another width than the layers.
#pragma once

#include <memory>
#include <string_view>

#include "models/classification_head.h"
#include "models/json_file.h"
#include "models/text_encoder.h"

namespace signalbox::models {

EncoderConfig read_deberta_config(const JsonObject& config);
std::unique_ptr<TextEncoder> make_deberta(const EncoderConfig& config, const tensor::Weights& weights,
                                          tensor::Arithmetic arithmetic);
bool is_harmless_in_deberta(std::string_view tensor);
std::unique_ptr<ClassificationHead> make_deberta_head(ClassifierTask task, const EncoderConfig& config,
                                                      const tensor::Weights& weights, std::size_t labels);

}  // namespace signalbox::models
