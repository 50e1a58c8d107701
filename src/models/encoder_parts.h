// What several architectures are built of. Internal to models/.
//
// Immutable after construction, shared by all workers; construction throws tensor::LoadError.
#pragma once

#include <cstdint>
#include <vector>

#include "models/encoder.h"
#include "models/model_config.h"
#include "tensor/linear.h"
#include "tensor/weights.h"

namespace signalbox::models {

// Whether a layer has one in the model's file.
enum class Bias : std::uint8_t { none, some };

struct LayerNorm {
  LayerNorm(const tensor::WeightScope& scope, const EncoderConfig& config, Bias bias = Bias::some);
  // In place, on rows of the model's width.
  void operator()(float* x, std::int64_t rows) const;

  std::vector<float> gain, shift;
  float epsilon;
};

struct RmsNorm {
  RmsNorm(const tensor::WeightScope& scope, std::int64_t width, float epsilon);
  // In place, on rows of `width`.
  void operator()(float* x, std::int64_t rows) const;

  std::vector<float> gain;
  float epsilon;
};

// The rows of a table that the tokens of a piece name.
void gather(const tensor::Matrix& table, const PackedBatch& batch, std::int64_t first, std::int64_t rows, float* to);

// "weight" [out, in] and "bias" [out] of the scope.
tensor::Linear linear(const tensor::WeightScope& scope, std::int64_t in, std::int64_t out, tensor::Epilogue epilogue,
                      tensor::Arithmetic arithmetic, Bias bias = Bias::some);
// Several layers of the same input as one product: their weights stacked, in the order of the names.
tensor::Linear stacked_linear(const tensor::WeightScope& scope, const std::vector<const char*>& names, std::int64_t in,
                              std::int64_t out, tensor::Arithmetic arithmetic);

struct StackedPart {
  const char* name;
  std::int64_t out;
};
tensor::Linear stacked_linear(const tensor::WeightScope& scope, const std::vector<StackedPart>& parts, std::int64_t in,
                              tensor::Arithmetic arithmetic, Bias bias);

tensor::Epilogue epilogue_of(Activation activation);

}  // namespace signalbox::models
