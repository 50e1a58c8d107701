#include "learn/confidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "learn/head_loss.h"
#include "models/head.h"

namespace signalbox::learn {
namespace {

struct Answer {
  double confidence = 0;
  bool right = false, outside = false;
};

// `labels` is empty for outsiders. Without a temperature the rows are probabilities.
void add_answers(const tensor::Matrix& logits, std::span<const std::uint32_t> labels, std::optional<double> temperature,
                 std::vector<Answer>& answers) {
  const auto classes = static_cast<std::size_t>(logits.columns);
  for (std::size_t row = 0; row < static_cast<std::size_t>(logits.rows); ++row) {
    const auto begin = logits.values.begin() + static_cast<std::ptrdiff_t>(row * classes);
    std::vector<float> own(begin, begin + static_cast<std::ptrdiff_t>(classes));
    if (temperature) models::softmax(own, *temperature);
    const auto highest = std::ranges::max_element(own);
    const bool outside = labels.empty();
    const bool right = !outside && static_cast<std::size_t>(highest - own.begin()) == labels[row];
    answers.push_back({*highest, right, outside});
  }
}

// Of the answers at or above a threshold.
struct Kept {
  std::size_t known = 0, right = 0, outsiders = 0;
};

// How well a threshold serves the rule; more is better.
double merit(const Kept& kept, const Kept& all, const UnknownRule& rule) {
  const auto share = [](std::size_t part, std::size_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  switch (rule.kind) {
    case UnknownRule::Kind::none:
      break;
    case UnknownRule::Kind::coverage:
      return share(kept.known, all.known) >= rule.value ? -share(kept.known, all.known) : -2;
    case UnknownRule::Kind::precision:
      return share(kept.right, kept.known) >= rule.value ? share(kept.known, all.known) : -1;
    case UnknownRule::Kind::outsiders:
      return share(kept.right, all.known) - share(kept.outsiders, all.outsiders);
  }
  return 0;
}

constexpr double kServesNot = -0.999;

void count(const Answer& answer, Kept& kept) {
  kept.known += answer.outside ? 0 : 1;
  kept.right += answer.right ? 1 : 0;
  kept.outsiders += answer.outside ? 1 : 0;
}

UnknownChoice choice_of(const Kept& kept, const Kept& all, double threshold) {
  UnknownChoice choice{threshold,
                       static_cast<double>(kept.known) / static_cast<double>(all.known),
                       kept.known == 0 ? 0 : static_cast<double>(kept.right) / static_cast<double>(kept.known),
                       {}};
  if (all.outsiders > 0) {
    choice.refused = 1 - static_cast<double>(kept.outsiders) / static_cast<double>(all.outsiders);
  }
  return choice;
}

}  // namespace

// Golden section search on the logarithm; the loss is convex in 1 / temperature.
double best_temperature(const tensor::Matrix& logits, std::span<const std::uint32_t> labels) {
  constexpr double kLowest = 0.05, kHighest = 20, kClose = 1e-4, kRatio = 1 / std::numbers::phi;
  const auto loss = [&](double x) { return log_loss(logits, labels, std::exp(x)); };
  double low = std::log(kLowest), high = std::log(kHighest);
  double left = high - kRatio * (high - low), right = low + kRatio * (high - low);
  double at_left = loss(left), at_right = loss(right);
  while (high - low > kClose) {
    if (at_left < at_right) {
      high = std::exchange(right, left);
      at_right = at_left;
      left = high - kRatio * (high - low);
      at_left = loss(left);
    } else {
      low = std::exchange(left, right);
      at_left = at_right;
      right = low + kRatio * (high - low);
      at_right = loss(right);
    }
  }
  return std::exp((low + high) / 2);
}

std::expected<std::optional<UnknownChoice>, std::string> choose_unknown(const tensor::Matrix& logits,
                                                                        std::span<const std::uint32_t> labels,
                                                                        const tensor::Matrix& outsiders,
                                                                        double temperature, const UnknownRule& rule) {
  if (rule.kind == UnknownRule::Kind::none) return std::nullopt;
  std::vector<Answer> answers;
  add_answers(logits, labels, temperature, answers);
  add_answers(outsiders, {}, temperature, answers);
  std::ranges::sort(answers, std::greater(), &Answer::confidence);
  Kept all, kept;
  for (const Answer& answer : answers) count(answer, all);
  UnknownChoice best;
  double best_merit = rule.kind == UnknownRule::Kind::coverage ? -1.5 : kServesNot;
  bool found = false;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    count(answers[i], kept);
    const bool last = i + 1 == answers.size();
    if (!last && answers[i + 1].confidence == answers[i].confidence) continue;
    const double own = merit(kept, all, rule);
    if (own <= best_merit) continue;
    best_merit = own;
    best = choice_of(kept, all, last ? 0 : std::midpoint(answers[i].confidence, answers[i + 1].confidence));
    found = true;
  }
  if (!found) {
    return std::unexpected(
        fmt::format("no unknown threshold reaches a precision of {} on the folds held out", rule.value));
  }
  return best;
}

UnknownChoice unknown_at(const tensor::Matrix& probabilities, std::span<const std::uint32_t> labels,
                         const tensor::Matrix& outsiders, double threshold) {
  std::vector<Answer> answers;
  add_answers(probabilities, labels, std::nullopt, answers);
  add_answers(outsiders, {}, std::nullopt, answers);
  Kept all, kept;
  for (const Answer& answer : answers) {
    count(answer, all);
    if (answer.confidence >= threshold) count(answer, kept);
  }
  return choice_of(kept, all, threshold);
}

}  // namespace signalbox::learn
