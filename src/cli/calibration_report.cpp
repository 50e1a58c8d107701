#include "cli/calibration_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace signalbox::cli {
namespace {

using Json = nlohmann::ordered_json;
using trust::Interval;
using trust::OperatingPoint;

constexpr std::size_t kCurvePoints = 101;

Json interval_json(const Interval& interval) {
  return Json::array({interval.low, interval.high});
}

// {value, interval} of a share.
Json share_json(std::size_t part, std::size_t whole) {
  return {{"value", whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole)},
          {"interval", interval_json(trust::wilson(part, whole))}};
}

Json point_json(const OperatingPoint& point) {
  return {{"threshold", point.threshold},
          {"recall", share_json(point.true_positives, point.positives)},
          {"false_positive_rate", share_json(point.false_positives, point.negatives)},
          {"precision", share_json(point.true_positives, point.true_positives + point.false_positives)},
          {"f1", point.f1()},
          {"share", point.share()}};
}

// At most kCurvePoints of it, evenly spread, the ends among them.
Json curve_json(const trust::LabelledScores& scores) {
  const std::vector<trust::RocPoint> curve = trust::roc_curve(scores);
  const std::size_t count = std::min(kCurvePoints, curve.size());
  Json list = Json::array();
  for (std::size_t i = 0; i < count; ++i) {
    const trust::RocPoint& point = curve[count == 1 ? 0 : i * (curve.size() - 1) / (count - 1)];
    list.push_back({{"threshold", std::isfinite(point.threshold) ? Json(point.threshold) : Json()},
                    {"recall", point.recall},
                    {"false_positive_rate", point.false_positive_rate}});
  }
  return list;
}

Json verdict_json(const SignalVerdict& verdict) {
  const MeasuredSignal& measured = verdict.measured;
  Json out{{"signal", measured.signal.name},
           {"model", measured.signal.model},
           {"fingerprint", measured.signal.fingerprint},
           {"positives", measured.scores.positives.size()},
           {"negatives", measured.scores.negatives.size()},
           {"without_score", measured.without}};
  if (!verdict.calibration) {
    const trust::CalibrationFault& fault = verdict.calibration.error();
    const bool reversed = fault.kind == trust::CalibrationFault::Kind::reversed;
    out["status"] = reversed ? "reversed" : "too_few";
    out["error"] = fault.sentence;
    if (reversed) {
      out["auc"] = fault.auc.value;
      out["auc_interval"] = interval_json(fault.auc.interval);
    }
    return out;
  }
  const trust::Calibration& calibration = *verdict.calibration;
  out["status"] = "calibrated";
  out["auc"] = calibration.auc.value;
  out["auc_interval"] = interval_json(calibration.auc.interval);
  out["objective"] = to_string(calibration.objective);
  out["point"] = point_json(calibration.point);
  out["threshold_interval"] = interval_json(calibration.threshold_interval);
  if (measured.configured) {
    out["configured"] = point_json(trust::operating_point_at(measured.scores, *measured.configured));
  }
  out["roc"] = curve_json(measured.scores);
  return out;
}

std::string share_text(std::size_t part, std::size_t whole) {
  const Interval interval = trust::wilson(part, whole);
  const double share = whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", share, interval.low, interval.high);
}

std::string point_text(const OperatingPoint& point) {
  return fmt::format(
      "    recall {}, false positive rate {}\n    precision {}, F1 {:.3f}, share {:.3f}\n",
      share_text(point.true_positives, point.positives), share_text(point.false_positives, point.negatives),
      share_text(point.true_positives, point.true_positives + point.false_positives), point.f1(), point.share());
}

std::string verdict_text(const SignalVerdict& verdict) {
  const MeasuredSignal& measured = verdict.measured;
  std::string text =
      fmt::format("{}  ({})\n  {} positive and {} negative examples\n", measured.signal.name, measured.signal.model,
                  measured.scores.positives.size(), measured.scores.negatives.size());
  for (const auto& [why, count] : measured.without) text += fmt::format("  {} more without a score: {}\n", count, why);
  if (!verdict.calibration) return text + "  FAILED: " + verdict.calibration.error().sentence + "\n";
  const trust::Calibration& calibration = *verdict.calibration;
  text += fmt::format("  AUC {:.3f} [{:.3f}, {:.3f}]\n", calibration.auc.value, calibration.auc.interval.low,
                      calibration.auc.interval.high);
  if (calibration.auc.interval.contains(0.5)) {
    text += "  warning: chance (0.5) is within the interval: the score may say nothing\n";
  }
  text += fmt::format("  threshold {:.4f} [{:.4f}, {:.4f}] for {}\n", calibration.point.threshold,
                      calibration.threshold_interval.low, calibration.threshold_interval.high,
                      to_string(calibration.objective));
  text += point_text(calibration.point);
  if (measured.configured) {
    text += fmt::format("  threshold {:.4f}, as configured\n", *measured.configured) +
            point_text(trust::operating_point_at(measured.scores, *measured.configured));
  }
  return text;
}

}  // namespace

Json calibration_json(const std::vector<SignalVerdict>& verdicts, const std::string& file) {
  Json out{{"calibrated", true}, {"written", file.empty() ? Json() : Json(file)}, {"signals", Json::array()}};
  for (const SignalVerdict& verdict : verdicts) {
    out["signals"].push_back(verdict_json(verdict));
    if (!verdict.calibration) out["calibrated"] = false;
  }
  return out;
}

std::string calibration_text(const std::vector<SignalVerdict>& verdicts) {
  std::string text;
  for (const SignalVerdict& verdict : verdicts) text += (text.empty() ? "" : "\n") + verdict_text(verdict);
  return text;
}

}  // namespace signalbox::cli
