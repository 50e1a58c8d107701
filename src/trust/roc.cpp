#include "trust/roc.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <span>

namespace signalbox::trust {
namespace {

constexpr double kTail = 0.025;  // on each side of a 95 % interval

// The rank of each value in ascending order from 1; equal values share the mean of their ranks.
std::vector<double> midranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double rank = static_cast<double>(begin + 1 + end) / 2;
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = rank;
    begin = end;
  }
  return ranks;
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Of the mean of the values.
double variance_of_mean(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double centre = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  const auto n = static_cast<double>(values.size());
  return squares / (n - 1) / n;
}

Interval on_logit_scale(double value, double error) {
  const double logit = std::log(value / (1 - value));
  const double half = kZ95 * error / (value * (1 - value));
  const auto back = [](double x) { return 1 / (1 + std::exp(-x)); };
  return {back(logit - half), back(logit + half)};
}

Interval exact_bound(double value, std::size_t pairs) {
  const double bound = std::pow(kTail, 1 / static_cast<double>(pairs));
  return value >= 0.5 ? Interval{bound, 1} : Interval{0, 1 - bound};
}

}  // namespace

std::vector<RocPoint> roc_curve(const LabelledScores& scores) {
  std::vector<double> positives = scores.positives, negatives = scores.negatives;
  std::ranges::sort(positives, std::greater());
  std::ranges::sort(negatives, std::greater());
  std::vector<RocPoint> curve{{std::numeric_limits<double>::infinity(), 0, 0}};
  std::size_t above = 0, false_above = 0;
  while (above < positives.size() || false_above < negatives.size()) {
    constexpr double kLowest = -std::numeric_limits<double>::infinity();
    const double threshold = std::max(above < positives.size() ? positives[above] : kLowest,
                                      false_above < negatives.size() ? negatives[false_above] : kLowest);
    while (above < positives.size() && positives[above] >= threshold) ++above;
    while (false_above < negatives.size() && negatives[false_above] >= threshold) ++false_above;
    curve.push_back({threshold, static_cast<double>(above) / static_cast<double>(positives.size()),
                     static_cast<double>(false_above) / static_cast<double>(negatives.size())});
  }
  return curve;
}

Auc area_under_curve(const LabelledScores& scores) {
  const std::size_t m = scores.positives.size(), n = scores.negatives.size();
  std::vector<double> all = scores.positives;
  all.insert(all.end(), scores.negatives.begin(), scores.negatives.end());
  const std::vector<double> ranks = midranks(all);
  const std::vector<double> own_positive = midranks(scores.positives), own_negative = midranks(scores.negatives);
  // What share of the other class each member stands on the right side of.
  std::vector<double> of_positive(m), of_negative(n);
  for (std::size_t i = 0; i < m; ++i) of_positive[i] = (ranks[i] - own_positive[i]) / static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) of_negative[i] = 1 - (ranks[m + i] - own_negative[i]) / static_cast<double>(m);
  Auc auc;
  auc.value = mean(of_positive);
  const double error = std::sqrt(variance_of_mean(of_positive) + variance_of_mean(of_negative));
  const bool inside = auc.value > 0 && auc.value < 1 && error > 0;
  auc.interval = inside ? on_logit_scale(auc.value, error) : exact_bound(auc.value, std::min(m, n));
  return auc;
}

}  // namespace signalbox::trust
