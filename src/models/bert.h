// BERT (Devlin et al., 2018): word, position and type embeddings, then post-norm transformer layers. MiniLM, bge and e5
// are BERTs.
//
// Held to transformers' modeling_bert.py by models/goldens_test.cpp.
#pragma once

#include <memory>

#include "models/text_encoder.h"

namespace signalbox::models {

std::unique_ptr<TextEncoder> make_bert(const EncoderConfig& config, const tensor::Weights& weights,
                                       tensor::Arithmetic arithmetic);

}  // namespace signalbox::models
