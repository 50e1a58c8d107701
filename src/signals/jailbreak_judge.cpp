#include "signals/jailbreak_judge.h"

#include <algorithm>
#include <cmath>

#include "models/text_windows.h"
#include "signals/text_vectors.h"

namespace signalbox::signals {
namespace {

constexpr ClusterOptions kEveryExample{.enabled = false, .cluster_similarity = 1, .max_prototypes = 0};
constexpr Blend kNearest{.best_weight = 1, .top_m = 1};
// A margin of 0.1, VSR's threshold, is worth one unit of log-odds.
constexpr double kPull = 10;
constexpr double kMostPull = 2;

// Neighbours share an eighth.
std::size_t windows_in(std::size_t bytes) {
  constexpr std::size_t kStep = kJailbreakWindowBytes - kJailbreakWindowBytes / 8;
  return bytes <= kJailbreakWindowBytes ? 1 : 1 + (bytes - kJailbreakWindowBytes + kStep - 1) / kStep;
}

// A phrase may be broken by a line, or by more than one space.
std::string with_single_spaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space || (!out.empty() && out.back() != ' ')) out += space ? ' ' : c;
  }
  return out;
}

double moved(double probability, double by) {
  constexpr double kLeast = 1e-9;
  const double p = std::clamp(probability, kLeast, 1 - kLeast);
  return 1 / (1 + std::exp(-(std::log(p / (1 - p)) + by)));
}

}  // namespace

JailbreakJudge::JailbreakJudge(const JailbreakRule& rule, const JailbreakSettings& settings,
                               const ClassifierModel& classifier, std::vector<std::size_t> labels,
                               const EmbeddingModel& embedding, bool v1)
    : settings_(settings), classifier_(classifier), labels_(std::move(labels)), embedding_(embedding) {
  const bool contrastive = settings_.method == JailbreakMethod::contrastive;
  const bool hybrid = settings_.method == JailbreakMethod::hybrid;
  const bool both = !rule.jailbreak_patterns.empty() && !rule.benign_patterns.empty();
  has_harmless_ = !rule.benign_patterns.empty();
  has_examples_ = contrastive || (hybrid && both);
  no_harmless_ = v1 ? 0 : -1;
  if (has_examples_ && embedding_.embedder) {
    banks_ = std::make_unique<EmbeddingBanks>(embedding_.embedder, embedding_.candidates);
    banks_->add(rule.jailbreak_patterns, kEveryExample);
    if (has_harmless_) banks_->add(rule.benign_patterns, kEveryExample);
  }
  if ((settings_.method == JailbreakMethod::patterns || hybrid) && !rule.jailbreak_patterns.empty()) {
    phrases_ = rule.jailbreak_patterns;
    std::vector<text::Pattern> wanted;
    for (const std::string& phrase : phrases_) wanted.push_back({.text = phrase});
    if (auto built = text::PatternSet::build(std::move(wanted))) phrase_set_ = std::move(*built);
  }
}

bool JailbreakJudge::asks_classifier() const {
  return settings_.method == JailbreakMethod::classifier || settings_.method == JailbreakMethod::hybrid;
}

bool JailbreakJudge::compares() const {
  return has_examples_;
}

std::string_view JailbreakJudge::missing_model() const {
  if (asks_classifier() && !classifier_.classifier && !classifier_.only_checked) return classifier_.missing;
  if (compares() && !embedding_.embedder && !embedding_.only_checked) return embedding_.missing;
  return {};
}

const models::ModelInfo* JailbreakJudge::measured_by() const {
  if (asks_classifier()) return info_of(classifier_);
  return compares() ? info_of(embedding_) : nullptr;
}

void JailbreakJudge::preload(std::string_view path, config::Diagnostics& diagnostics) const {
  if (banks_ && embedding_.preload) banks_->preload(path, diagnostics);
}

std::string JailbreakJudge::phrase_in(std::string_view window) const {
  if (!phrase_set_) return {};
  const text::PatternMatches found = phrase_set_->find(with_single_spaces(window), {.per_pattern = 1, .total = 1});
  return found.matches.empty() ? std::string() : phrases_[found.matches.front().pattern];
}

std::expected<double, SignalResult> JailbreakJudge::margin(std::string_view window, EvalContext& context) const {
  if (!embedding_.embedder) return std::unexpected(SignalResult::unknown(Reason::model_missing, embedding_.missing));
  const auto vector = vector_of(*embedding_.embedder, window, context);
  if (!vector) return std::unexpected(unknown_of(vector.error()));
  if ((*vector)->truncated()) {
    return std::unexpected(SignalResult::unknown(Reason::not_judged, "a window is longer than the model reads"));
  }
  const auto banks = banks_->get({.deadline = context.deadline, .cancelled = {}});
  if (!banks) return std::unexpected(unknown_of(banks.error()));
  const double attack = (**banks)[0].score((*vector)->values, kNearest).best;
  return attack - (has_harmless_ ? (**banks)[1].score((*vector)->values, kNearest).best : no_harmless_);
}

std::expected<Risk, SignalResult> JailbreakJudge::judge_window(std::string_view window, EvalContext& context) const {
  Risk risk;
  risk.phrase = phrase_in(window);
  if (!risk.phrase.empty()) risk.value = 1;
  if (settings_.method == JailbreakMethod::patterns || !risk.phrase.empty()) return risk;
  if (asks_classifier()) {
    const auto told = classify(classifier_, window, context);
    if (!told) return std::unexpected(told.error());
    if (told->truncated()) {
      return std::unexpected(SignalResult::unknown(Reason::not_judged, "a window is longer than the model reads"));
    }
    risk.classifier = risk.value = probability_of(*told, labels_, true);
  }
  if (compares()) {
    const auto compared = margin(window, context);
    if (!compared) return std::unexpected(compared.error());
    risk.margin = *compared;
    risk.value =
        asks_classifier() ? moved(*risk.classifier, std::clamp(kPull * *compared, -kMostPull, kMostPull)) : *compared;
  }
  return risk;
}

std::expected<Risk, SignalResult> JailbreakJudge::judge(std::string_view text, EvalContext& context) const {
  const std::vector<std::string_view> windows = models::windows_of(text, windows_in(text.size()));
  std::optional<Risk> worst;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (is_blank(windows[i])) continue;
    std::expected<Risk, SignalResult> risk = judge_window(windows[i], context);
    if (!risk) {
      // What the windows before it say may be enough.
      if (worst && worst->value >= settings_.threshold) break;
      return std::unexpected(risk.error());
    }
    risk->begin = static_cast<std::size_t>(windows[i].data() - text.data());
    risk->end = risk->begin + windows[i].size();
    risk->window = i;
    risk->windows = windows.size();
    if (!worst || risk->value > worst->value) worst = std::move(*risk);
  }
  return worst.value_or(Risk{});
}

}  // namespace signalbox::signals
