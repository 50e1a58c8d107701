// BERT (Devlin et al., 2018): word, position and type embeddings, then post-norm transformer layers. MiniLM, bge and e5
// are BERTs.
//
// Held to transformers' modeling_bert.py by models/goldens_test.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "models/classification_head.h"
#include "models/json_file.h"
#include "models/text_encoder.h"

namespace signalbox::models {

EncoderConfig read_bert_config(const JsonObject& config);
std::unique_ptr<TextEncoder> make_bert(const EncoderConfig& config, const tensor::Weights& weights,
                                       tensor::Arithmetic arithmetic);
// The same layers with another table of positions. BERT counts tokens from 0. With a padding id (RoBERTa) the first
// token is in row padding + 1, and padding tokens are in row `padding` and are not counted.
struct BertPositions {
  std::int64_t rows = 0;
  std::optional<std::uint32_t> padding = {};
};
std::unique_ptr<TextEncoder> make_bert_with(const BertPositions& positions, const EncoderConfig& config,
                                            const tensor::WeightScope& scope, tensor::Arithmetic arithmetic);
// Of a BERT with a head that we do not use, and a constant that old files store.
bool is_harmless_in_bert(std::string_view tensor);
std::unique_ptr<ClassificationHead> make_bert_head(ClassifierTask task, const EncoderConfig& config,
                                                   const tensor::Weights& weights, std::size_t labels);

}  // namespace signalbox::models
