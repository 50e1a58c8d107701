#include "trust/operating_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace signalbox::trust {
namespace {

constexpr std::string_view kRecallAtFpr = "recall@fpr=", kShare = "share=";
constexpr double kLow = 0.025, kHigh = 0.975;

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// A score and how many of each class have it.
struct Step {
  double score = 0;
  std::size_t positives = 0, negatives = 0;
};

// All scores, descending; what a resample changes are the counts.
class Steps {
 public:
  explicit Steps(const LabelledScores& scores) : positives_(scores.positives), negatives_(scores.negatives) {
    for (const double score : positives_) distinct_.push_back(score);
    for (const double score : negatives_) distinct_.push_back(score);
    std::ranges::sort(distinct_, std::greater());
    const auto repeated = std::ranges::unique(distinct_);
    distinct_.erase(repeated.begin(), repeated.end());
    for (double& score : positives_) score = place(score);
    for (double& score : negatives_) score = place(score);
  }

  std::vector<Step> all() const {
    std::vector<Step> steps = empty();
    for (const double at : positives_) ++steps[static_cast<std::size_t>(at)].positives;
    for (const double at : negatives_) ++steps[static_cast<std::size_t>(at)].negatives;
    return steps;
  }

  std::vector<Step> resampled(std::mt19937_64& random) const {
    std::vector<Step> steps = empty();
    for (std::size_t i = 0; i < positives_.size(); ++i) ++steps[draw(positives_, random)].positives;
    for (std::size_t i = 0; i < negatives_.size(); ++i) ++steps[draw(negatives_, random)].negatives;
    std::erase_if(steps, [](const Step& step) { return step.positives + step.negatives == 0; });
    return steps;
  }

 private:
  double place(double score) const {
    return static_cast<double>(std::ranges::lower_bound(distinct_, score, std::greater()) - distinct_.begin());
  }
  std::vector<Step> empty() const {
    std::vector<Step> steps(distinct_.size());
    for (std::size_t i = 0; i < steps.size(); ++i) steps[i].score = distinct_[i];
    return steps;
  }
  // std::uniform_int_distribution differs between libraries; the bias of the remainder is below 1e-10.
  static std::size_t draw(const std::vector<double>& places, std::mt19937_64& random) {
    return static_cast<std::size_t>(places[random() % places.size()]);
  }

  std::vector<double> distinct_, positives_, negatives_;  // the classes: places in `distinct_`
};

// How well a point serves the objective; more is better.
double merit(const OperatingPoint& point, const Objective& objective) {
  switch (objective.kind) {
    case Objective::Kind::f1:
      return point.f1();
    case Objective::Kind::recall_at_fpr:
      return point.false_positive_rate() <= objective.value ? point.recall() : -1;
    case Objective::Kind::share:
      return -std::abs(point.share() - objective.value);
  }
  return 0;
}

double between(const std::vector<Step>& steps, std::size_t taken) {
  if (taken == 0) return std::nextafter(steps.front().score, std::numeric_limits<double>::infinity());
  if (taken == steps.size()) return steps.back().score;
  return std::midpoint(steps[taken - 1].score, steps[taken].score);
}

OperatingPoint best_of(const std::vector<Step>& steps, const Objective& objective) {
  OperatingPoint point;
  for (const Step& step : steps) {
    point.positives += step.positives;
    point.negatives += step.negatives;
  }
  OperatingPoint best = point;
  std::size_t best_taken = 0;
  double best_merit = merit(point, objective);
  for (std::size_t taken = 1; taken <= steps.size(); ++taken) {
    point.true_positives += steps[taken - 1].positives;
    point.false_positives += steps[taken - 1].negatives;
    if (merit(point, objective) <= best_merit) continue;
    best = point;
    best_merit = merit(point, objective);
    best_taken = taken;
  }
  best.threshold = between(steps, best_taken);
  return best;
}

}  // namespace

std::expected<Objective, std::string> parse_objective(std::string_view text) {
  if (text == "f1") return Objective{};
  for (const auto& [prefix, kind] :
       {std::pair(kRecallAtFpr, Objective::Kind::recall_at_fpr), std::pair(kShare, Objective::Kind::share)}) {
    if (!text.starts_with(prefix)) continue;
    const std::string_view number = text.substr(prefix.size());
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error == std::errc() && end == number.data() + number.size() && value > 0 && value < 1) {
      return Objective{kind, value};
    }
  }
  return std::unexpected(fmt::format(
      "\"{}\" is no objective: f1, recall@fpr=X and share=X are, with X above 0 and below 1", text.substr(0, 40)));
}

std::string to_string(const Objective& objective) {
  switch (objective.kind) {
    case Objective::Kind::f1:
      return "f1";
    case Objective::Kind::recall_at_fpr:
      return fmt::format("{}{}", kRecallAtFpr, objective.value);
    case Objective::Kind::share:
      return fmt::format("{}{}", kShare, objective.value);
  }
  return "f1";
}

double OperatingPoint::recall() const {
  return ratio(true_positives, positives);
}
double OperatingPoint::false_positive_rate() const {
  return ratio(false_positives, negatives);
}
double OperatingPoint::precision() const {
  return ratio(true_positives, true_positives + false_positives);
}
double OperatingPoint::f1() const {
  return ratio(2 * true_positives, true_positives + false_positives + positives);
}
double OperatingPoint::share() const {
  return ratio(true_positives + false_positives, positives + negatives);
}

OperatingPoint operating_point_at(const LabelledScores& scores, double threshold) {
  const auto reached = [&](const std::vector<double>& values) {
    return static_cast<std::size_t>(std::ranges::count_if(values, [&](double value) { return value >= threshold; }));
  };
  return {threshold, reached(scores.positives), reached(scores.negatives), scores.positives.size(),
          scores.negatives.size()};
}

OperatingPoint choose_operating_point(const LabelledScores& scores, const Objective& objective) {
  return best_of(Steps(scores).all(), objective);
}

Interval threshold_interval(const LabelledScores& scores, const Objective& objective, std::uint64_t seed) {
  constexpr std::size_t kResamples = 1000, kFewResamples = 200, kMany = 50'000;
  const std::size_t resamples = scores.size() > kMany ? kFewResamples : kResamples;
  const Steps steps(scores);
  std::mt19937_64 random(seed);
  std::vector<double> thresholds;
  for (std::size_t i = 0; i < resamples; ++i) {
    thresholds.push_back(best_of(steps.resampled(random), objective).threshold);
  }
  std::ranges::sort(thresholds);
  const auto quantile = [&](double share) {
    return thresholds[static_cast<std::size_t>(share * static_cast<double>(resamples - 1) + 0.5)];
  };
  return {quantile(kLow), quantile(kHigh)};
}

}  // namespace signalbox::trust
