// A text encoder: token ids in, one hidden vector for each token out. What a text architecture's file implements.
//
// Immutable after construction and shared by all workers (encoder.h).
#pragma once

#include <memory>

#include "models/encoder.h"
#include "models/model_config.h"
#include "tensor/arithmetic.h"
#include "tensor/safetensors.h"
#include "tensor/weights.h"

namespace signalbox::models {

class TextEncoder : public Encoder {};

// `config` is of a known model_type. Throws tensor::LoadError: a missing, odd or unexpected tensor, an arithmetic that
// this processor does not have.
std::unique_ptr<TextEncoder> make_text_encoder(const EncoderConfig& config, const tensor::SafetensorsFile& weights,
                                               tensor::Arithmetic arithmetic = tensor::Arithmetic::fp32);
// Throws for a tensor that nobody took and that is not harmless for the architecture.
void refuse_unused(const EncoderConfig& config, const tensor::Weights& weights);

}  // namespace signalbox::models
