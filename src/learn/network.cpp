#include "learn/network.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "tensor/gemm.h"

namespace signalbox::learn {
namespace {

using tensor::gemm;
using tensor::Side;

void add_bias(std::vector<float>& rows, const float* bias, std::int64_t columns) {
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] += bias[i % static_cast<std::size_t>(columns)];
}

void sum_columns(const std::vector<float>& rows, std::int64_t columns, float* sums) {
  std::fill_n(sums, columns, 0.0F);
  for (std::size_t i = 0; i < rows.size(); ++i) sums[i % static_cast<std::size_t>(columns)] += rows[i];
}

// y = x W^T + b
void layer(const float* x, std::int64_t rows, std::int64_t in, std::int64_t out, const float* weight, const float* bias,
           std::vector<float>& y) {
  y.resize(static_cast<std::size_t>(rows * out));
  gemm(Side::plain, Side::transposed, {rows, out, in}, x, weight, 0, y.data());
  add_bias(y, bias, out);
}

models::HeadLayer layer_of(const float* weight, const float* bias, std::int64_t out, std::int64_t in) {
  return {{out, in, std::vector<float>(weight, weight + out * in)}, std::vector<float>(bias, bias + out)};
}

}  // namespace

std::size_t NetworkShape::parameters() const {
  const std::int64_t inner = hidden > 0 ? hidden * (dimension + 1) : 0;
  return static_cast<std::size_t>(inner + classes * (width() + 1));
}

Network::Offsets Network::offsets_of(const NetworkShape& shape) {
  const auto hidden = static_cast<std::size_t>(shape.hidden),
             inner = hidden * static_cast<std::size_t>(shape.dimension);
  const std::size_t weight = inner + hidden;
  return {0, inner, weight, weight + static_cast<std::size_t>(shape.classes * shape.width())};
}

Network::Network(const NetworkShape& shape, std::span<const double> parameters)
    : shape_(shape), offsets_(offsets_of(shape)) {
  parameters_.reserve(parameters.size());
  for (const double parameter : parameters) parameters_.push_back(static_cast<float>(parameter));
}

void Network::forward(const float* x, std::int64_t rows, Activations& out) const {
  const float* last = x;
  if (shape_.hidden > 0) {
    layer(x, rows, shape_.dimension, shape_.hidden, at(offsets_.hidden_weight), at(offsets_.hidden_bias), out.hidden);
    for (float& value : out.hidden) value = std::max(value, 0.0F);
    last = out.hidden.data();
  }
  layer(last, rows, shape_.width(), shape_.classes, at(offsets_.weight), at(offsets_.bias), out.logits);
}

void Network::backward(const float* x, std::int64_t rows, Activations& out, std::vector<float>& gradient) const {
  gradient.resize(parameters_.size());
  const std::int64_t width = shape_.width(), classes = shape_.classes;
  const float* last = shape_.hidden > 0 ? out.hidden.data() : x;
  gemm(Side::transposed, Side::plain, {classes, width, rows}, out.logits.data(), last, 0,
       gradient.data() + offsets_.weight);
  sum_columns(out.logits, classes, gradient.data() + offsets_.bias);
  if (shape_.hidden == 0) return;
  std::vector<float> inner(out.hidden.size());
  gemm(Side::plain, Side::plain, {rows, width, classes}, out.logits.data(), at(offsets_.weight), 0, inner.data());
  for (std::size_t i = 0; i < inner.size(); ++i) out.hidden[i] = out.hidden[i] > 0 ? inner[i] : 0.0F;
  gemm(Side::transposed, Side::plain, {shape_.hidden, shape_.dimension, rows}, out.hidden.data(), x, 0,
       gradient.data() + offsets_.hidden_weight);
  sum_columns(out.hidden, shape_.hidden, gradient.data() + offsets_.hidden_bias);
}

tensor::Matrix Network::logits_of(const tensor::Matrix& vectors) const {
  Activations out;
  forward(vectors.values.data(), vectors.rows, out);
  return {vectors.rows, shape_.classes, std::move(out.logits)};
}

void Network::give_layers(models::HeadSpec& spec) const {
  spec.kind = shape_.hidden > 0 ? models::HeadKind::mlp : models::HeadKind::linear;
  if (shape_.hidden > 0) {
    spec.hidden = layer_of(at(offsets_.hidden_weight), at(offsets_.hidden_bias), shape_.hidden, shape_.dimension);
  }
  spec.output = layer_of(at(offsets_.weight), at(offsets_.bias), shape_.classes, shape_.width());
}

std::vector<bool> penalised(const NetworkShape& shape) {
  std::vector<bool> result;
  const auto add = [&](std::int64_t count, bool value) {
    result.insert(result.end(), static_cast<std::size_t>(count), value);
  };
  if (shape.hidden > 0) {
    add(shape.hidden * shape.dimension, true);
    add(shape.hidden, false);
  }
  add(shape.classes * shape.width(), true);
  add(shape.classes, false);
  return result;
}

std::vector<double> first_parameters(const NetworkShape& shape, std::uint64_t seed) {
  std::vector<double> parameters(shape.parameters(), 0.0);
  if (shape.hidden == 0) return parameters;
  const std::vector<bool> weights = penalised(shape);
  const auto inner = static_cast<std::size_t>(shape.hidden * shape.dimension);
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!weights[i]) continue;
    const double uniform = static_cast<double>(random() >> 11U) * 0x1.0p-52 - 1;  // [-1, 1)
    const auto in = static_cast<double>(i < inner ? shape.dimension : shape.hidden);
    parameters[i] = uniform * std::sqrt(6 / in);
  }
  return parameters;
}

}  // namespace signalbox::learn
