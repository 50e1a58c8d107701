// What several architectures are built of. Internal to models/.
//
// Immutable after construction, shared by all workers; construction throws tensor::LoadError.
#pragma once

#include <cstdint>
#include <vector>

#include "models/model_config.h"
#include "tensor/linear.h"
#include "tensor/weights.h"

namespace signalbox::models {

struct LayerNorm {
  LayerNorm(const tensor::WeightScope& scope, const EncoderConfig& config);
  // In place, on rows of the model's width.
  void operator()(float* x, std::int64_t rows) const;

  std::vector<float> gain, shift;
  float epsilon;
};

// "weight" [out, in] and "bias" [out] of the scope.
tensor::Linear linear(const tensor::WeightScope& scope, std::int64_t in, std::int64_t out, tensor::Epilogue epilogue,
                      tensor::Arithmetic arithmetic);
// Several layers of the same input as one product: their weights stacked, in the order of the names.
tensor::Linear stacked_linear(const tensor::WeightScope& scope, const std::vector<const char*>& names, std::int64_t in,
                              std::int64_t out, tensor::Arithmetic arithmetic);

tensor::Epilogue epilogue_of(Activation activation);

}  // namespace signalbox::models
