#include "learn/classification_metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

namespace signalbox::learn {
namespace {

// |share of right answers - mean confidence| in bins of confidence, weighted by their size (Naeini et al., 2015).
class CalibrationBins {
 public:
  void add(double confidence, bool right) {
    const auto at = static_cast<std::size_t>(confidence * kBins);
    Bin& bin = bins_[std::min(at, kBins - 1)];
    ++bin.count;
    bin.confidence += confidence;
    bin.right += right ? 1 : 0;
  }

  double error() const {
    double sum = 0, count = 0;
    for (const Bin& bin : bins_) {
      sum += std::abs(bin.right - bin.confidence);
      count += static_cast<double>(bin.count);
    }
    return count == 0 ? 0 : sum / count;
  }

 private:
  static constexpr std::size_t kBins = 15;
  struct Bin {
    std::size_t count = 0;
    double confidence = 0, right = 0;  // sums
  };
  std::array<Bin, kBins> bins_{};
};

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// What was taken for what.
class ConfusionCounts {
 public:
  explicit ConfusionCounts(std::size_t labels) : given_(labels), said_(labels), right_(labels) {}

  void add(std::uint32_t truth, std::uint32_t said) {
    ++given_[truth];
    ++said_[said];
    if (truth == said) {
      ++right_[truth];
    } else {
      ++wrong_[{truth, said}];
    }
  }

  void fill(std::span<const std::string> labels, ClassificationMetrics& metrics) const {
    std::size_t present = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const ClassMetrics one{labels[i], given_[i], ratio(right_[i], said_[i]), ratio(right_[i], given_[i]),
                             ratio(2 * right_[i], said_[i] + given_[i])};
      metrics.classes.push_back(one);
      if (one.examples == 0) continue;
      ++present;
      metrics.macro_f1 += one.f1;
      metrics.macro_recall += one.recall;
    }
    metrics.macro_f1 /= static_cast<double>(present);
    metrics.macro_recall /= static_cast<double>(present);
    for (const auto& [pair, count] : wrong_) {
      metrics.confusions.push_back({labels[pair.first], labels[pair.second], count});
    }
    std::ranges::sort(metrics.confusions, std::greater(),
                      [](const Confusion& one) { return std::tuple(one.count, one.label, one.taken_for); });
  }

 private:
  std::vector<std::size_t> given_, said_, right_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> wrong_;
};

}  // namespace

ClassificationMetrics classification_metrics(const tensor::Matrix& probabilities, std::span<const std::uint32_t> truth,
                                             std::span<const std::string> labels) {
  ClassificationMetrics metrics;
  metrics.examples = truth.size();
  CalibrationBins bins;
  ConfusionCounts counts(labels.size());
  trust::LabelledScores of_second;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    const auto own = std::span(probabilities.values).subspan(row * labels.size(), labels.size());
    const auto said = static_cast<std::uint32_t>(std::ranges::max_element(own) - own.begin());
    counts.add(truth[row], said);
    bins.add(own[said], said == truth[row]);
    metrics.right += said == truth[row] ? 1 : 0;
    metrics.log_loss -= std::log(std::max(own[truth[row]], std::numeric_limits<float>::min()));
    (truth[row] == 1 ? of_second.positives : of_second.negatives).push_back(own[1]);
  }
  metrics.accuracy = ratio(metrics.right, metrics.examples);
  metrics.accuracy_interval = trust::wilson(metrics.right, metrics.examples);
  metrics.calibration_error = bins.error();
  metrics.log_loss /= static_cast<double>(truth.size());
  counts.fill(labels, metrics);
  const bool both = !of_second.positives.empty() && !of_second.negatives.empty();
  if (labels.size() == 2 && both) metrics.auc = trust::area_under_curve(of_second);
  return metrics;
}

nlohmann::ordered_json metrics_json(const ClassificationMetrics& metrics, std::size_t most) {
  using Json = nlohmann::ordered_json;
  Json out{{"examples", metrics.examples},
           {"accuracy", metrics.accuracy},
           {"accuracy_interval", {metrics.accuracy_interval.low, metrics.accuracy_interval.high}},
           {"macro_f1", metrics.macro_f1},
           {"macro_recall", metrics.macro_recall},
           {"calibration_error", metrics.calibration_error},
           {"log_loss", metrics.log_loss}};
  if (metrics.auc) {
    out["auc"] = metrics.auc->value;
    out["auc_interval"] = {metrics.auc->interval.low, metrics.auc->interval.high};
  }
  out["classes"] = Json::array();
  for (const ClassMetrics& one : metrics.classes) {
    out["classes"].push_back({{"label", one.label},
                              {"examples", one.examples},
                              {"precision", one.precision},
                              {"recall", one.recall},
                              {"f1", one.f1}});
  }
  out["confusions"] = Json::array();
  for (std::size_t i = 0; i < std::min(most, metrics.confusions.size()); ++i) {
    const Confusion& one = metrics.confusions[i];
    out["confusions"].push_back({{"label", one.label}, {"taken_for", one.taken_for}, {"count", one.count}});
  }
  return out;
}

}  // namespace signalbox::learn
