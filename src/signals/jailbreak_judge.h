// How much like an attack a text is, by one rule's method.
//
// A text is read in windows of kWindowBytes, so that an attack of a sentence is not lost in a page around it, and its
// worst window decides. Each distinct window is one encoder pass of a request, whoever asks.
//
//   classifier   the sum of the probabilities of the positive labels
//   contrastive  similarity to the nearest attack less that to the nearest harmless example
//   patterns     1 where one of the phrases stands in the text, else 0
//   hybrid       1 at a phrase; else the classifier's log-odds plus kPull times the margin, at most kMostPull either
//                way: the examples of an operator correct the classifier's mistakes near them, and no example can talk
//                it out of a probability near 1
//
// Internal to signals/. Immutable once compiled, but for banks made at the first request; any thread.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signals/classifier_model.h"
#include "signals/embedding_banks.h"
#include "signals/embedding_model.h"
#include "signals/jailbreak_rules.h"
#include "signals/signal.h"
#include "text/pattern_set.h"

namespace signalbox::signals {

inline constexpr std::size_t kJailbreakWindowBytes = 600;

struct Risk {
  double value = 0;
  std::optional<double> classifier, margin;  // what it rests on
  std::string phrase;                        // of the rule, that was found
  std::size_t begin = 0, end = 0;            // the window
  std::size_t window = 0, windows = 1;
};

class JailbreakJudge {
 public:
  JailbreakJudge(const JailbreakRule& rule, const JailbreakSettings& settings, const ClassifierModel& classifier,
                 std::vector<std::size_t> labels, const EmbeddingModel& embedding, bool v1);

  const JailbreakSettings& settings() const { return settings_; }
  // Empty: it can judge.
  std::string_view missing_model() const;
  const models::ModelInfo* measured_by() const;
  // Encodes the examples. What keeps it from doing so is a warning: the next request tries again.
  void preload(std::string_view path, config::Diagnostics& diagnostics) const;

  // Of the worst window, or why there is none. Blocks on models.
  std::expected<Risk, SignalResult> judge(std::string_view text, EvalContext& context) const;

 private:
  bool asks_classifier() const;
  bool compares() const;
  std::expected<Risk, SignalResult> judge_window(std::string_view window, EvalContext& context) const;
  std::expected<double, SignalResult> margin(std::string_view window, EvalContext& context) const;
  std::string phrase_in(std::string_view window) const;

  JailbreakSettings settings_;
  ClassifierModel classifier_;
  std::vector<std::size_t> labels_;
  EmbeddingModel embedding_;
  std::unique_ptr<EmbeddingBanks> banks_;  // attacks, then harmless ones; null without examples or model
  bool has_harmless_ = false;
  bool has_examples_ = false;
  double no_harmless_ = 0;  // what counts as the similarity to the nearest harmless example where there is none
  std::vector<std::string> phrases_;
  std::optional<text::PatternSet> phrase_set_;
};

}  // namespace signalbox::signals
