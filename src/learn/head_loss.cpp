#include "learn/head_loss.h"

#include <algorithm>
#include <cmath>

#include "learn/parallel.h"

namespace signalbox::learn {
namespace {

constexpr std::size_t kBlock = 1024;  // rows

// The row's logits become the derivative of `weight` times its cross-entropy, which is returned.
double cross_entropy(std::span<float> logits, std::uint32_t label, double weight) {
  const float highest = *std::ranges::max_element(logits);
  const double own = logits[label] - highest;
  double sum = 0;
  for (float& logit : logits) {
    logit = std::exp(logit - highest);
    sum += logit;
  }
  const auto scale = static_cast<float>(weight / sum);
  for (float& logit : logits) logit *= scale;
  logits[label] -= static_cast<float>(weight);
  return weight * (std::log(sum) - own);
}

}  // namespace

HeadLoss::HeadLoss(const Examples& examples, const NetworkShape& shape, std::span<const double> class_weights, double c,
                   unsigned threads)
    : examples_(examples),
      shape_(shape),
      class_weights_(class_weights.begin(), class_weights.end()),
      penalised_(penalised(shape)),
      threads_(threads) {
  for (const std::uint32_t label : examples.labels) sum_of_weights_ += class_weights_[label];
  l2_ = 1 / (c * sum_of_weights_);
}

void HeadLoss::run_block(const Network& network, std::size_t number, Block& block) const {
  const std::size_t begin = number * kBlock, end = std::min(begin + kBlock, examples_.size());
  const auto rows = static_cast<std::int64_t>(end - begin);
  const float* x = examples_.vector(begin).data();
  Network::Activations out;
  network.forward(x, rows, out);
  const auto classes = static_cast<std::size_t>(shape_.classes);
  for (std::size_t row = begin; row < end; ++row) {
    const std::uint32_t label = examples_.labels[row];
    block.loss += cross_entropy(std::span(out.logits).subspan((row - begin) * classes, classes), label,
                                class_weights_[label] / sum_of_weights_);
  }
  network.backward(x, rows, out, block.gradient);
}

double HeadLoss::operator()(std::span<const double> parameters, std::span<double> gradient) const {
  const Network network(shape_, parameters);
  std::vector<Block> blocks((examples_.size() + kBlock - 1) / kBlock);
  parallel_for(blocks.size(), threads_, [&](std::size_t i) { run_block(network, i, blocks[i]); });
  double loss = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    gradient[i] = penalised_[i] ? l2_ * parameters[i] : 0.0;
    if (penalised_[i]) loss += l2_ / 2 * parameters[i] * parameters[i];
  }
  for (const Block& block : blocks) {
    loss += block.loss;
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += block.gradient[i];
  }
  return loss;
}

std::vector<double> class_weights(const Examples& examples, bool balanced) {
  std::vector<double> weights(examples.classes, 1.0);
  if (!balanced) return weights;
  std::vector<std::size_t> counts(examples.classes, 0);
  for (const std::uint32_t label : examples.labels) ++counts[label];
  for (std::size_t label = 0; label < weights.size(); ++label) {
    const auto count = static_cast<double>(std::max<std::size_t>(counts[label], 1));
    weights[label] = static_cast<double>(examples.size()) / (static_cast<double>(examples.classes) * count);
  }
  return weights;
}

double log_loss(const tensor::Matrix& logits, std::span<const std::uint32_t> labels, double temperature) {
  const auto classes = static_cast<std::size_t>(logits.columns);
  double loss = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const std::span<const float> own = std::span(logits.values).subspan(row * classes, classes);
    const double highest = *std::ranges::max_element(own);
    double sum = 0;
    for (const float logit : own) sum += std::exp((logit - highest) / temperature);
    loss += std::log(sum) - (own[labels[row]] - highest) / temperature;
  }
  return loss / static_cast<double>(std::max<std::size_t>(labels.size(), 1));
}

}  // namespace signalbox::learn
