#include "models/encoder_parts.h"

#include <algorithm>

#include "tensor/kernels.h"

namespace signalbox::models {

using tensor::Epilogue;
using tensor::Linear;
using tensor::WeightScope;

namespace {

std::vector<float> shift_of(const WeightScope& scope, std::int64_t width, Bias bias) {
  return bias == Bias::some ? scope.vector("bias", width) : std::vector<float>(static_cast<std::size_t>(width), 0.0F);
}

}  // namespace

LayerNorm::LayerNorm(const WeightScope& scope, const EncoderConfig& config, Bias bias)
    : gain(scope.vector("weight", config.hidden)),
      shift(shift_of(scope, config.hidden, bias)),
      epsilon(config.epsilon) {}

void LayerNorm::operator()(float* x, std::int64_t rows) const {
  tensor::vector_kernels().layer_norm(x, rows, static_cast<std::int64_t>(gain.size()), gain.data(), shift.data(),
                                      epsilon);
}

RmsNorm::RmsNorm(const WeightScope& scope, std::int64_t width, float small)
    : gain(scope.vector("weight", width)), epsilon(small) {}

void RmsNorm::operator()(float* x, std::int64_t rows) const {
  tensor::vector_kernels().rms_norm(x, rows, static_cast<std::int64_t>(gain.size()), gain.data(), epsilon);
}

void gather(const tensor::Matrix& table, const PackedBatch& batch, std::int64_t first, std::int64_t rows, float* to) {
  for (const std::uint32_t id : batch.ids.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(rows))) {
    to = std::copy_n(table.values.data() + static_cast<std::int64_t>(id) * table.columns, table.columns, to);
  }
}

Linear linear(const WeightScope& scope, std::int64_t in, std::int64_t out, Epilogue epilogue,
              tensor::Arithmetic arithmetic, Bias bias) {
  return {scope.matrix("weight", out, in), shift_of(scope, out, bias), epilogue, arithmetic};
}

Linear stacked_linear(const WeightScope& scope, const std::vector<const char*>& names, std::int64_t in,
                      std::int64_t out, tensor::Arithmetic arithmetic) {
  std::vector<StackedPart> parts;
  for (const char* const name : names) parts.push_back({name, out});
  return stacked_linear(scope, parts, in, arithmetic, Bias::some);
}

Linear stacked_linear(const WeightScope& scope, const std::vector<StackedPart>& parts, std::int64_t in,
                      tensor::Arithmetic arithmetic, Bias with) {
  tensor::Matrix stacked{0, in, {}};
  std::vector<float> bias;
  for (const StackedPart& part : parts) {
    const WeightScope one = scope.scope(part.name);
    const tensor::Matrix weight = one.matrix("weight", part.out, in);
    const std::vector<float> shift = shift_of(one, part.out, with);
    stacked.rows += part.out;
    stacked.values.insert(stacked.values.end(), weight.values.begin(), weight.values.end());
    bias.insert(bias.end(), shift.begin(), shift.end());
  }
  return {stacked, bias, Epilogue::none, arithmetic};
}

Epilogue epilogue_of(Activation activation) {
  switch (activation) {
    case Activation::gelu_erf:
      return Epilogue::gelu_erf;
    case Activation::gelu_tanh:
      return Epilogue::gelu_tanh;
    case Activation::quick_gelu:
      return Epilogue::quick_gelu;
    case Activation::relu:
      return Epilogue::relu;
  }
  return Epilogue::none;
}

}  // namespace signalbox::models
