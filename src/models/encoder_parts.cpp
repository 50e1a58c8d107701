#include "models/encoder_parts.h"

#include "tensor/kernels.h"

namespace signalbox::models {

using tensor::Epilogue;
using tensor::Linear;
using tensor::WeightScope;

LayerNorm::LayerNorm(const WeightScope& scope, const EncoderConfig& config)
    : gain(scope.vector("weight", config.hidden)),
      shift(scope.vector("bias", config.hidden)),
      epsilon(config.epsilon) {}

void LayerNorm::operator()(float* x, std::int64_t rows) const {
  tensor::vector_kernels().layer_norm(x, rows, static_cast<std::int64_t>(gain.size()), gain.data(), shift.data(),
                                      epsilon);
}

Linear linear(const WeightScope& scope, std::int64_t in, std::int64_t out, Epilogue epilogue,
              tensor::Arithmetic arithmetic) {
  return {scope.matrix("weight", out, in), scope.vector("bias", out), epilogue, arithmetic};
}

Linear stacked_linear(const WeightScope& scope, const std::vector<const char*>& names, std::int64_t in,
                      std::int64_t out, tensor::Arithmetic arithmetic) {
  tensor::Matrix stacked{0, in, {}};
  std::vector<float> bias;
  for (const char* const name : names) {
    const WeightScope one = scope.scope(name);
    const tensor::Matrix weight = one.matrix("weight", out, in);
    const std::vector<float> shift = one.vector("bias", out);
    stacked.rows += out;
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
    case Activation::relu:
      return Epilogue::relu;
  }
  return Epilogue::none;
}

}  // namespace signalbox::models
