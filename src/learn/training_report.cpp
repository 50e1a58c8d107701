#include "learn/training_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace signalbox::learn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kConfusionsInFile = 20, kConfusionsShown = 8, kClassesShown = 10;

Json unknown_json(const UnknownChoice& unknown) {
  Json out{{"threshold", unknown.threshold}, {"known", unknown.known}, {"precision", unknown.precision}};
  if (unknown.refused) out["outsiders_refused"] = *unknown.refused;
  return out;
}

Json held_out_json(const HeadReport& report) {
  Json out = metrics_json(report.metrics, kConfusionsInFile);
  out["outsiders"] = report.outsiders;
  if (report.unknown) out["unknown"] = unknown_json(*report.unknown);
  return out;
}

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

std::string unknown_text(const UnknownChoice& unknown) {
  std::string text = fmt::format("below {:.3f}: {} stay known, {} of these right", unknown.threshold,
                                 percent(unknown.known), percent(unknown.precision));
  if (unknown.refused) text += fmt::format(", {} of the outsiders refused", percent(*unknown.refused));
  return text;
}

std::string choice_text(const TrainingReport& report) {
  const TrainedHead& head = report.head;
  std::string text = fmt::format("{} head, {} labels, fitted to {} texts", to_string(head.spec.kind),
                                 head.spec.labels.size(), head.fitted);
  if (head.outsiders > 0) text += fmt::format(" ({} more belong to no label)", head.outsiders);
  if (report.cut > 0) text += fmt::format("; of {} longer texts only the beginning was read", report.cut);
  text += "\n\n  C        log loss   accuracy   (cross-validation)\n";
  for (const TriedStrength& tried : head.tried) {
    text += fmt::format("  {:<8} {:<10.4f} {:<8}{}\n", tried.c, tried.log_loss, percent(tried.accuracy),
                        tried.c == head.c ? "  chosen" : "");
  }
  text += fmt::format("\n  temperature {:.3f}\n", head.spec.temperature);
  if (head.unknown) text += fmt::format("  unknown {} (on the folds held out)\n", unknown_text(*head.unknown));
  return text;
}

std::string classes_text(const ClassificationMetrics& metrics) {
  std::vector<ClassMetrics> classes;
  std::ranges::copy_if(metrics.classes, std::back_inserter(classes),
                       [](const ClassMetrics& one) { return one.examples > 0; });
  const bool all = classes.size() <= kClassesShown;
  if (!all) std::ranges::sort(classes, {}, [](const ClassMetrics& one) { return std::pair(one.f1, one.label); });
  std::string text = fmt::format("\n  {:<32} {:>8} {:>10} {:>8} {:>8}\n",
                                 all ? "label" : "the labels with the lowest F1", "texts", "precision", "recall", "F1");
  for (std::size_t i = 0; i < std::min(kClassesShown, classes.size()); ++i) {
    const ClassMetrics& one = classes[i];
    text += fmt::format("  {:<32} {:>8} {:>10.3f} {:>8.3f} {:>8.3f}\n", one.label, one.examples, one.precision,
                        one.recall, one.f1);
  }
  return text;
}

std::string confusions_text(const ClassificationMetrics& metrics) {
  if (metrics.confusions.empty()) return "";
  std::string text = fmt::format("\n  {:<32} {:<32} {:>6}\n", "label", "taken for", "texts");
  for (std::size_t i = 0; i < std::min(kConfusionsShown, metrics.confusions.size()); ++i) {
    const Confusion& one = metrics.confusions[i];
    text += fmt::format("  {:<32} {:<32} {:>6}\n", one.label, one.taken_for, one.count);
  }
  return text;
}

std::string held_out_text(const TrainingReport& report) {
  const ClassificationMetrics& metrics = report.held_out.metrics;
  std::string text =
      fmt::format("\njudged by {} texts it was not fitted to ({})\n\n", metrics.examples, report.judged_by);
  text += fmt::format("  accuracy            {} [{:.1f}, {:.1f}]\n", percent(metrics.accuracy),
                      100 * metrics.accuracy_interval.low, 100 * metrics.accuracy_interval.high);
  text += fmt::format("  macro F1            {:.3f}\n  macro recall        {}\n", metrics.macro_f1,
                      percent(metrics.macro_recall));
  text += fmt::format("  calibration error   {:.3f} (ECE, 15 bins)\n", metrics.calibration_error);
  if (metrics.auc) {
    text += fmt::format("  AUC                 {:.3f} [{:.3f}, {:.3f}]\n", metrics.auc->value,
                        metrics.auc->interval.low, metrics.auc->interval.high);
  }
  if (report.held_out.unknown) text += fmt::format("  unknown {}\n", unknown_text(*report.held_out.unknown));
  return text + classes_text(metrics) + confusions_text(metrics);
}

}  // namespace

Json head_details(const TrainingReport& report, const std::string& version) {
  const TrainedHead& head = report.head;
  Json tried = Json::array();
  for (const TriedStrength& one : head.tried) {
    tried.push_back({{"c", one.c}, {"log_loss", one.log_loss}, {"accuracy", one.accuracy}});
  }
  return {{"created_by", version},
          {"training",
           {{"texts", head.fitted},
            {"outsiders", head.outsiders},
            {"cut", report.cut},
            {"seed", report.seed},
            {"class_weights", report.balanced ? "balanced" : "none"},
            {"c", head.c},
            {"cross_validation", tried},
            {"unknown", head.unknown ? unknown_json(*head.unknown) : Json()}}},
          {"judged_by", report.judged_by},
          {"held_out", held_out_json(report.held_out)}};
}

Json report_json(const TrainingReport& report, const std::string& folder) {
  Json out = head_details(report, "");
  out.erase("created_by");
  out["head"] = folder;
  out["labels"] = report.head.spec.labels;
  out["temperature"] = report.head.spec.temperature;
  out["unknown_threshold"] = report.head.spec.unknown_threshold ? Json(*report.head.spec.unknown_threshold) : Json();
  out["seconds"] = {{"embedding", report.embedding_seconds}, {"training", report.training_seconds}};
  return out;
}

std::string report_text(const TrainingReport& report) {
  return choice_text(report) + held_out_text(report) +
         fmt::format("\nembedding {:.1f} s, training {:.1f} s\n", report.embedding_seconds, report.training_seconds);
}

}  // namespace signalbox::learn
