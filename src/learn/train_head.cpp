#include "learn/train_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <string_view>

#include "learn/fit.h"
#include "learn/folds.h"
#include "learn/head_loss.h"
#include "learn/network.h"

namespace signalbox::learn {
namespace {

const std::vector<double> kLinearStrengths{0.03, 0.1, 0.3, 1, 3, 10, 30, 100};
const std::vector<double> kMlpStrengths{3, 30, 300};

void add_row(const LabelledVectors& from, std::size_t row, tensor::Matrix& to) {
  const auto columns = static_cast<std::size_t>(from.vectors.columns);
  const auto begin = from.vectors.values.begin() + static_cast<std::ptrdiff_t>(row * columns);
  to.values.insert(to.values.end(), begin, begin + static_cast<std::ptrdiff_t>(columns));
  to.columns = from.vectors.columns;
  ++to.rows;
}

// Examples by the number of their label, and apart from them those that belong to none.
struct Numbered {
  std::vector<std::string> labels;
  Examples examples;
  std::vector<std::string_view> texts;
  tensor::Matrix outsiders;
};

Numbered number(const LabelledVectors& all, std::vector<std::string> labels, const std::string& unknown_label) {
  Numbered result;
  result.labels = std::move(labels);
  result.examples.classes = static_cast<std::uint32_t>(result.labels.size());
  result.outsiders.columns = result.examples.vectors.columns = all.vectors.columns;
  for (std::size_t row = 0; row < all.texts.size(); ++row) {
    const LabelledText& one = all.texts[row];
    const auto label = std::ranges::lower_bound(result.labels, one.label);
    if (one.label == unknown_label) {
      add_row(all, row, result.outsiders);
    } else if (label != result.labels.end() && *label == one.label) {
      add_row(all, row, result.examples.vectors);
      result.examples.labels.push_back(static_cast<std::uint32_t>(label - result.labels.begin()));
      result.texts.push_back(one.text);
    }
  }
  return result;
}

// Ascending, as Numbered looks them up.
std::vector<std::string> labels_of(const LabelledVectors& all, const std::string& unknown_label) {
  std::set<std::string> labels;
  for (const LabelledText& one : all.texts) labels.insert(one.label);
  labels.erase(unknown_label);
  return {labels.begin(), labels.end()};
}

std::vector<double> fit_all(const Numbered& all, std::span<const std::uint32_t> folds_of, const NetworkShape& shape,
                            const TrainOptions& options, double c) {
  FitOptions how;
  how.c = c;
  how.class_weights = class_weights(all.examples, options.balanced);
  how.threads = options.threads;
  if (shape.hidden == 0) return fit(all.examples, shape, first_parameters(shape, options.seed), how);
  const Examples stop_by = rows_where(all.examples, folds_of, [](std::uint32_t fold) { return fold == 0; });
  const Examples rest = rows_where(all.examples, folds_of, [](std::uint32_t fold) { return fold != 0; });
  how.stop_by = &stop_by;
  return fit(rest, shape, first_parameters(shape, options.seed), how);
}

CrossValidation validation_of(const TrainOptions& options) {
  CrossValidation how;
  how.folds = options.folds;
  how.strengths = options.strengths;
  if (how.strengths.empty()) {
    how.strengths = options.kind == models::HeadKind::linear ? kLinearStrengths : kMlpStrengths;
  }
  how.balanced = options.balanced;
  how.seed = options.seed;
  how.threads = options.threads;
  how.progress = options.progress;
  return how;
}

}  // namespace

std::expected<void, std::string> check_labels(std::span<const LabelledText> texts, const std::string& unknown_label,
                                              std::size_t fewest) {
  std::map<std::string_view, std::set<std::string_view>> of_label;
  for (const LabelledText& one : texts) of_label[one.label].insert(one.text);
  if (!unknown_label.empty() && of_label.erase(unknown_label) == 0) {
    return std::unexpected(fmt::format("no example has the unknown label \"{}\"", unknown_label));
  }
  if (of_label.size() < 2) return std::unexpected("fewer than 2 labels are no choice");
  for (const auto& [label, own] : of_label) {
    if (own.size() >= fewest) continue;
    return std::unexpected(
        fmt::format("the label \"{}\" has {} text: at least {} different ones are needed, so that one can be held out",
                    label.substr(0, 64), own.size(), fewest));
  }
  return {};
}

std::expected<TrainedHead, std::string> train_head(const LabelledVectors& examples, const TrainOptions& options) {
  if (const auto checked = check_labels(examples.texts, options.unknown_label, 1); !checked) {
    return std::unexpected(checked.error());
  }
  const Numbered all = number(examples, labels_of(examples, options.unknown_label), options.unknown_label);
  const NetworkShape shape{all.examples.vectors.columns, options.kind == models::HeadKind::mlp ? options.hidden : 0,
                           static_cast<std::int64_t>(all.labels.size())};
  const std::vector<std::uint32_t> folds_of =
      stratified_folds(all.texts, all.examples.labels, options.folds, options.seed);
  try {
    FoldAnswers answers = cross_validate(all.examples, folds_of, all.outsiders, shape, validation_of(options));
    TrainedHead head;
    head.c = answers.c;
    head.tried = std::move(answers.tried);
    head.fitted = all.examples.size();
    head.outsiders = static_cast<std::size_t>(all.outsiders.rows);
    head.spec.labels = all.labels;
    head.spec.temperature = best_temperature(answers.logits, all.examples.labels);
    const auto unknown =
        choose_unknown(answers.logits, all.examples.labels, answers.outside, head.spec.temperature, options.unknown);
    if (!unknown) return std::unexpected(unknown.error());
    head.unknown = *unknown;
    if (head.unknown) head.spec.unknown_threshold = head.unknown->threshold;
    Network(shape, fit_all(all, folds_of, shape, options, head.c)).give_layers(head.spec);
    return head;
  } catch (const std::runtime_error& error) {
    return std::unexpected(error.what());
  }
}

std::expected<HeadReport, std::string> judge_head(const models::HeadSpec& spec, const LabelledVectors& examples,
                                                  const std::string& unknown_label) {
  for (const LabelledText& one : examples.texts) {
    if (one.label == unknown_label || std::ranges::binary_search(spec.labels, one.label)) continue;
    return std::unexpected(
        fmt::format("the label \"{}\" of the validation examples is in no training example", one.label.substr(0, 64)));
  }
  const Numbered all = number(examples, spec.labels, unknown_label);
  if (all.examples.size() == 0) return std::unexpected("there is no validation example of the head's labels");
  const models::Head head({}, spec, {});
  const auto probabilities_of = [&](const tensor::Matrix& vectors) {
    tensor::Matrix result{vectors.rows, static_cast<std::int64_t>(spec.labels.size()), {}};
    const auto columns = static_cast<std::size_t>(vectors.columns);
    for (std::size_t row = 0; row < static_cast<std::size_t>(vectors.rows); ++row) {
      const std::vector<float> own = head.probabilities(std::span(vectors.values).subspan(row * columns, columns));
      result.values.insert(result.values.end(), own.begin(), own.end());
    }
    return result;
  };
  const tensor::Matrix inside = probabilities_of(all.examples.vectors), outside = probabilities_of(all.outsiders);
  HeadReport report;
  report.metrics = classification_metrics(inside, all.examples.labels, spec.labels);
  report.outsiders = static_cast<std::size_t>(outside.rows);
  if (spec.unknown_threshold) {
    report.unknown = unknown_at(inside, all.examples.labels, outside, *spec.unknown_threshold);
  }
  return report;
}

Parts split(LabelledVectors all, double share, std::uint64_t seed) {
  const auto folds = static_cast<std::uint32_t>(std::max(2.0, std::round(1 / share)));
  std::map<std::string_view, std::uint32_t> numbers;
  std::vector<std::string_view> texts;
  std::vector<std::uint32_t> labels;
  for (const LabelledText& one : all.texts) numbers.emplace(one.label, 0);
  std::uint32_t next = 0;
  for (auto& [label, own] : numbers) own = next++;
  for (const LabelledText& one : all.texts) {
    texts.push_back(one.text);
    labels.push_back(numbers.at(one.label));
  }
  const std::vector<std::uint32_t> folds_of = stratified_folds(texts, labels, folds, seed);
  Parts parts;
  parts.fitted.cut = all.cut;  // of both: it is reported as one number
  for (std::size_t row = 0; row < all.texts.size(); ++row) {
    LabelledVectors& part = folds_of[row] == 0 ? parts.held_out : parts.fitted;
    add_row(all, row, part.vectors);
    part.texts.push_back(all.texts[row]);
  }
  return parts;
}

}  // namespace signalbox::learn
