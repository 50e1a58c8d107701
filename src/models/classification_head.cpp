#include "models/classification_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/head.h"
#include "tensor/kernels.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

double apply(HeadActivation activation, double x) {
  switch (activation) {
    case HeadActivation::tanh:
      return std::tanh(x);
    case HeadActivation::gelu_erf:
      return 0.5 * x * (1 + std::erf(x / std::numbers::sqrt2));
    case HeadActivation::gelu_tanh:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
    case HeadActivation::relu:
      return std::max(x, 0.0);
  }
  return x;
}

class PooledHead final : public ClassificationHead {
 public:
  PooledHead(HeadPooling pooling, std::optional<HeadTransform> transform, Dense labels)
      : pooling_(pooling),
        width_((transform ? transform->dense : labels).weight.columns),
        transform_(std::move(transform)),
        labels_(std::move(labels)) {}

  std::vector<float> logits(std::span<const float> hidden) const override {
    std::vector<float> state = pooled(hidden);
    if (transform_) {
      std::vector<float> inner(transform_->dense.bias.size());
      (*transform_)(state.data(), 1, inner.data());
      state = std::move(inner);
    }
    std::vector<float> out(labels_.bias.size());
    labels_(state.data(), 1, out.data());
    return out;
  }

 private:
  std::vector<float> pooled(std::span<const float> hidden) const {
    const auto width = static_cast<std::size_t>(width_);
    const std::span<const float> one = pooling_ == HeadPooling::last ? hidden.last(width) : hidden.first(width);
    std::vector<float> state(one.begin(), one.end());
    if (pooling_ == HeadPooling::mean) {
      const std::int64_t tokens = static_cast<std::int64_t>(hidden.size()) / width_;
      tensor::vector_kernels().mean_rows(hidden.data(), tokens, width_, width_, state.data());
    }
    return state;
  }

  HeadPooling pooling_;
  std::int64_t width_;  // of a hidden state
  std::optional<HeadTransform> transform_;
  Dense labels_;
};

class EachTokenHead final : public ClassificationHead {
 public:
  EachTokenHead(std::optional<HeadTransform> transform, Dense labels)
      : transform_(std::move(transform)), labels_(std::move(labels)) {}

  std::vector<float> logits(std::span<const float> hidden) const override {
    const std::int64_t tokens = static_cast<std::int64_t>(hidden.size()) / labels_.weight.columns;
    std::vector<float> out(static_cast<std::size_t>(tokens) * labels_.bias.size());
    if (!transform_) {
      labels_(hidden.data(), tokens, out.data());
      return out;
    }
    std::vector<float> inner(hidden.size());
    (*transform_)(hidden.data(), tokens, inner.data());
    labels_(inner.data(), tokens, out.data());
    return out;
  }

 private:
  std::optional<HeadTransform> transform_;
  Dense labels_;
};

}  // namespace

std::string_view to_string(ClassifierTask task) {
  return task == ClassifierTask::sequence ? "sequence classification" : "token classification";
}

Dense::Dense(const tensor::WeightScope& scope, std::int64_t in, std::int64_t out, bool biased)
    : weight(scope.matrix("weight", out, in)),
      bias(biased ? scope.vector("bias", out) : std::vector<float>(static_cast<std::size_t>(out), 0.0F)) {}

// Some rows at a time, so that the weights come from memory once for all of them.
void Dense::operator()(const float* x, std::int64_t rows, float* y) const {
  constexpr std::int64_t kBlock = 16;
  const tensor::Kernels& kernels = tensor::vector_kernels();
  const std::int64_t in = weight.columns, out = weight.rows;
  for (std::int64_t first = 0; first < rows; first += kBlock) {
    const std::int64_t last = std::min(first + kBlock, rows);
    for (std::int64_t o = 0; o < out; ++o) {
      const float* const one = weight.values.data() + o * in;
      for (std::int64_t row = first; row < last; ++row) {
        y[row * out + o] = kernels.dot(one, x + row * in, in) + bias[static_cast<std::size_t>(o)];
      }
    }
  }
}

void HeadTransform::operator()(const float* x, std::int64_t rows, float* y) const {
  dense(x, rows, y);
  for (std::int64_t i = 0; i < rows * dense.weight.rows; ++i) y[i] = static_cast<float>(apply(activation, y[i]));
  if (norm) (*norm)(y, rows);
}

Dense label_layer(const tensor::WeightScope& scope, std::int64_t width, std::size_t labels, bool biased) {
  try {
    return {scope, width, static_cast<std::int64_t>(labels), biased};
  } catch (const tensor::LoadError& error) {
    throw tensor::LoadError(fmt::format("{} (config.json and its label files name {} labels)", error.what(), labels));
  }
}

HeadActivation head_activation(Activation activation) {
  switch (activation) {
    case Activation::gelu_erf:
      return HeadActivation::gelu_erf;
    case Activation::gelu_tanh:
      return HeadActivation::gelu_tanh;
    case Activation::relu:
      break;
  }
  return HeadActivation::relu;
}

std::unique_ptr<ClassificationHead> pooled_head(HeadPooling pooling, std::optional<HeadTransform> transform,
                                                Dense labels) {
  return std::make_unique<PooledHead>(pooling, std::move(transform), std::move(labels));
}

std::unique_ptr<ClassificationHead> each_token_head(std::optional<HeadTransform> transform, Dense labels) {
  return std::make_unique<EachTokenHead>(std::move(transform), std::move(labels));
}

void softmax_rows(std::span<float> logits, std::size_t labels) {
  for (std::size_t first = 0; first + labels <= logits.size(); first += labels) softmax(logits.subspan(first, labels));
}

}  // namespace signalbox::models
