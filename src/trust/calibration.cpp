#include "trust/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace signalbox::trust {
namespace {

std::optional<std::string> too_few(const LabelledScores& scores, const Objective& objective) {
  const std::size_t positives = scores.positives.size(), negatives = scores.negatives.size();
  if (std::min(positives, negatives) < kFewestOfAClass) {
    return fmt::format("{} positive and {} negative examples with a score are too few: at least {} of each are needed",
                       positives, negatives, kFewestOfAClass);
  }
  // One negative more or less must not decide whether the wish is met.
  const double finest = 1 / static_cast<double>(negatives);
  if (objective.kind == Objective::Kind::recall_at_fpr && objective.value < finest) {
    return fmt::format("{} negative examples cannot tell a false positive rate of {} from 0: at least {} are needed",
                       negatives, objective.value, std::ceil(1 / objective.value));
  }
  return std::nullopt;
}

std::string reversal(const Auc& auc) {
  const std::string measured =
      fmt::format("AUC {:.3f} [{:.3f}, {:.3f}]", auc.value, auc.interval.low, auc.interval.high);
  if (auc.interval.high < 0.5) {
    return measured +
           ": the score is reversed, negatives score above positives; no threshold serves. Look for swapped labels, or "
           "for a rule or model that says the opposite of what it is named";
  }
  return measured +
         ": the score is below chance (0.5), though within noise of it: it does not tell positives from "
         "negatives, and no threshold serves";
}

}  // namespace

std::expected<Calibration, CalibrationFault> calibrate(const LabelledScores& scores,
                                                       const CalibrationOptions& options) {
  using Kind = CalibrationFault::Kind;
  if (const auto sentence = too_few(scores, options.objective)) {
    return std::unexpected(CalibrationFault{Kind::too_few, *sentence, {}});
  }
  const Auc auc = area_under_curve(scores);
  if (auc.value < 0.5) return std::unexpected(CalibrationFault{Kind::reversed, reversal(auc), auc});
  Calibration result;
  result.objective = options.objective;
  result.auc = auc;
  result.point = choose_operating_point(scores, options.objective);
  result.threshold_interval = threshold_interval(scores, options.objective, options.seed);
  result.map = options.map == ProbabilityMap::Kind::platt ? fit_platt(scores) : fit_isotonic(scores);
  return result;
}

}  // namespace signalbox::trust
