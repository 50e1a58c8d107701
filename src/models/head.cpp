#include "models/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "tensor/kernels.h"

namespace signalbox::models {
namespace {

std::vector<float> times(const HeadLayer& layer, std::span<const float> x) {
  const tensor::Kernels& kernels = tensor::vector_kernels();
  std::vector<float> y = layer.bias;
  for (std::size_t row = 0; row < y.size(); ++row) {
    y[row] += kernels.dot(layer.weight.values.data() + row * x.size(), x.data(), layer.weight.columns);
  }
  return y;
}

std::string short_form(const std::string& fingerprint) {
  return fingerprint.substr(0, 12);
}

}  // namespace

std::string_view to_string(HeadKind kind) {
  return kind == HeadKind::linear ? "linear" : "mlp";
}

void softmax(std::span<float> logits, double temperature) {
  if (logits.empty()) return;
  const double highest = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float logit : logits) sum += std::exp((logit - highest) / temperature);
  for (float& logit : logits) logit = static_cast<float>(std::exp((logit - highest) / temperature) / sum);
}

Head::Head(std::filesystem::path folder, HeadSpec spec, std::string fingerprint)
    : folder_(std::move(folder)), spec_(std::move(spec)), fingerprint_(std::move(fingerprint)) {}

std::optional<std::string> Head::refusal(const ModelInfo& encoder) const {
  const HeadEncoder& own = spec_.encoder;
  if (own.fingerprint == encoder.fingerprint) return std::nullopt;
  const std::string where = fmt::format("{}: was trained on vectors of {} in {}, dimension {} (fingerprint {}…)",
                                        (folder_ / kHeadDescription).string(), own.name, own.precision, own.dimension,
                                        short_form(own.fingerprint));
  if (own.dimension != encoder.dimension) {
    return fmt::format("{}; {} gives vectors of {}: serve dimension {}, or train again on this one", where,
                       encoder.name, encoder.dimension, own.dimension);
  }
  if (own.precision != encoder.precision) {
    return fmt::format("{}; {} is served in {}: set its precision to {}, or train again with --precision {}", where,
                       encoder.name, encoder.precision, own.precision, encoder.precision);
  }
  return fmt::format(
      "{}; {} has other weights, configuration or tokenizer (fingerprint {}…): name the head's own "
      "encoder, or train again on this one",
      where, encoder.path.empty() ? encoder.name : encoder.path, short_form(encoder.fingerprint));
}

std::vector<float> Head::logits(std::span<const float> vector) const {
  if (!spec_.hidden) return times(spec_.output, vector);
  std::vector<float> inner = times(*spec_.hidden, vector);
  for (float& value : inner) value = std::max(value, 0.0F);
  return times(spec_.output, inner);
}

std::vector<float> Head::probabilities(std::span<const float> vector) const {
  std::vector<float> result = logits(vector);
  softmax(result, spec_.temperature);
  return result;
}

}  // namespace signalbox::models
