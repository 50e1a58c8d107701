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

class FirstTokenHead final : public ClassificationHead {
 public:
  FirstTokenHead(Dense dense, HeadActivation activation, Dense labels)
      : dense_(std::move(dense)), activation_(activation), labels_(std::move(labels)) {}

  std::vector<float> logits(std::span<const float> hidden) const override {
    std::vector<float> pooled(dense_.bias.size()), out(labels_.bias.size());
    dense_(hidden.data(), pooled.data());
    for (float& x : pooled) x = static_cast<float>(apply(activation_, x));
    labels_(pooled.data(), out.data());
    return out;
  }

 private:
  Dense dense_;
  HeadActivation activation_;
  Dense labels_;
};

class EachTokenHead final : public ClassificationHead {
 public:
  explicit EachTokenHead(Dense labels) : labels_(std::move(labels)) {}

  std::vector<float> logits(std::span<const float> hidden) const override {
    const auto width = static_cast<std::size_t>(labels_.weight.columns);
    const std::size_t tokens = hidden.size() / width, labels = labels_.bias.size();
    std::vector<float> out(tokens * labels);
    for (std::size_t t = 0; t < tokens; ++t) labels_(hidden.data() + t * width, out.data() + t * labels);
    return out;
  }

 private:
  Dense labels_;
};

}  // namespace

std::string_view to_string(ClassifierTask task) {
  return task == ClassifierTask::sequence ? "sequence classification" : "token classification";
}

Dense::Dense(const tensor::WeightScope& scope, std::int64_t in, std::int64_t out, bool biased)
    : weight(scope.matrix("weight", out, in)),
      bias(biased ? scope.vector("bias", out) : std::vector<float>(static_cast<std::size_t>(out), 0.0F)) {}

void Dense::operator()(const float* x, float* y) const {
  const tensor::Kernels& kernels = tensor::vector_kernels();
  for (std::int64_t row = 0; row < weight.rows; ++row) {
    y[row] = kernels.dot(weight.values.data() + row * weight.columns, x, weight.columns) +
             bias[static_cast<std::size_t>(row)];
  }
}

Dense label_layer(const tensor::WeightScope& scope, std::int64_t width, std::size_t labels) {
  try {
    return {scope, width, static_cast<std::int64_t>(labels)};
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

std::unique_ptr<ClassificationHead> first_token_head(Dense dense, HeadActivation activation, Dense labels) {
  return std::make_unique<FirstTokenHead>(std::move(dense), activation, std::move(labels));
}

std::unique_ptr<ClassificationHead> each_token_head(Dense labels) {
  return std::make_unique<EachTokenHead>(std::move(labels));
}

void softmax_rows(std::span<float> logits, std::size_t labels) {
  for (std::size_t first = 0; first + labels <= logits.size(); first += labels) softmax(logits.subspan(first, labels));
}

}  // namespace signalbox::models
