// How good probabilities are on examples that nothing was fitted to. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tensor/weights.h"
#include "trust/roc.h"

namespace signalbox::learn {

struct ClassMetrics {
  std::string label;
  std::size_t examples = 0;
  double precision = 0, recall = 0, f1 = 0;  // 0 where nothing was said or there was nothing to say
};

struct Confusion {
  std::string label, taken_for;
  std::size_t count = 0;
};

struct ClassificationMetrics {
  std::size_t examples = 0, right = 0;
  double accuracy = 0;
  trust::Interval accuracy_interval;  // Wilson
  double macro_f1 = 0;                // over the labels that have examples
  double macro_recall = 0;
  double calibration_error = 0;  // expected calibration error, 15 bins of equal width
  double log_loss = 0;
  std::optional<trust::Auc> auc;      // of two labels: the second's probability
  std::vector<ClassMetrics> classes;  // in the labels' order
  std::vector<Confusion> confusions;  // the most frequent first
};

// `probabilities`: [examples, labels]; `truth`: one a row. At least one row.
ClassificationMetrics classification_metrics(const tensor::Matrix& probabilities, std::span<const std::uint32_t> truth,
                                             std::span<const std::string> labels);

// `most`: at most so many confusions.
nlohmann::ordered_json metrics_json(const ClassificationMetrics& metrics, std::size_t most);

}  // namespace signalbox::learn
