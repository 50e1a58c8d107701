// Training a head: labelled vectors in, a complete head out.
//
//   1. the regularisation, by stratified cross-validation
//   2. temperature and unknown threshold, by what each fold's head says of the fold it was not fitted to
//   3. the head itself, fitted to all examples (an mlp: to all but the fold that stops it)
//
// Deterministic: equal vectors and options give equal bits, whatever the number of threads. Blocks for seconds.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "learn/classification_metrics.h"
#include "learn/confidence.h"
#include "learn/cross_validate.h"
#include "learn/embed_texts.h"
#include "models/head.h"

namespace signalbox::learn {

struct TrainOptions {
  models::HeadKind kind = models::HeadKind::linear;
  std::int64_t hidden = 256;      // of an mlp
  bool balanced = false;          // every label counts alike, however many examples it has
  std::vector<double> strengths;  // of C to choose from; empty: the usual ones of the kind
  std::uint32_t folds = 5;
  std::uint64_t seed = 1;
  unsigned threads = 1;
  UnknownRule unknown;
  // Examples of this label belong to none of the others: nothing is fitted to them, the unknown threshold is chosen by
  // them. Empty: there is none.
  std::string unknown_label;
  Progress progress;  // over the strengths tried
};

struct TrainedHead {
  models::HeadSpec spec;  // but for its encoder
  double c = 0;
  std::vector<TriedStrength> tried;
  std::optional<UnknownChoice> unknown;
  std::size_t fitted = 0, outsiders = 0;  // examples
};

// Whether there is something to choose between, and `fewest` different texts of each label. The error is a sentence.
std::expected<void, std::string> check_labels(std::span<const LabelledText> texts, const std::string& unknown_label,
                                              std::size_t fewest);

// The error is a sentence: what the examples lack.
std::expected<TrainedHead, std::string> train_head(const LabelledVectors& examples, const TrainOptions& options);

// How a head does on examples that it was not fitted to.
struct HeadReport {
  ClassificationMetrics metrics;  // over the examples of its labels, whatever their probability
  std::size_t outsiders = 0;
  std::optional<UnknownChoice> unknown;  // what the threshold does here
};

// The error is a sentence: a label that the head does not have.
std::expected<HeadReport, std::string> judge_head(const models::HeadSpec& head, const LabelledVectors& examples,
                                                  const std::string& unknown_label);

// About `share` of the texts, spread over the labels, as a first and a second part; equal texts stay together.
struct Parts {
  LabelledVectors fitted, held_out;
};
Parts split(LabelledVectors all, double share, std::uint64_t seed);

}  // namespace signalbox::learn
