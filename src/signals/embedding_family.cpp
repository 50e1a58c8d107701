#include "signals/embedding_family.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "models/embed_windows.h"
#include "signals/family.h"
#include "signals/request_embeddings.h"

namespace signalbox::signals {

namespace {

using models::EmbedError;
using models::TextEmbedder;

constexpr std::string_view kNoImageModel = "no model that compares pictures with texts is installed";

Reason reason_of(EmbedError::Kind kind) {
  switch (kind) {
    case EmbedError::Kind::overloaded:
      return Reason::overloaded;
    case EmbedError::Kind::timeout:
      return Reason::timeout;
    case EmbedError::Kind::untrusted:
      return Reason::untrusted_model;
    case EmbedError::Kind::cancelled:
    case EmbedError::Kind::failed:
      return Reason::error;
  }
  return Reason::error;
}

SignalResult unknown_of(const EmbedError& error) {
  return SignalResult::unknown(reason_of(error.kind), error.detail);
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void match(SignalResult& result) {
  result.truth = Truth::match;
  result.confidence = std::clamp(result.value.value_or(0.0), 0.0, 1.0);
}

void drop(SignalResult& result, std::string detail) {
  result.truth = Truth::no_match;
  result.confidence = 0;
  result.detail = std::move(detail);
}

}  // namespace

// One evaluation: the vectors of the scopes' texts, asked for when the first rule needs them.
class EmbeddingFamily::Pass {
 public:
  Pass(const EmbeddingFamily& family, EvalContext& context) : family_(family), context_(context) {}

  SignalResult judge(std::size_t leaf) {
    const EmbeddingJudge& rule = family_.rules_[leaf];
    if (rule.image) {
      return context_.evidence.images.empty()
                 ? SignalResult{}
                 : SignalResult::unknown(Reason::model_missing, std::string(kNoImageModel));
    }
    const ScopeText& text = context_.scopes.get(rule.scope);
    if (is_blank(text.text)) return no_match_in(text);
    if (!family_.model_.embedder) return SignalResult::unknown(Reason::model_missing, family_.model_.missing);
    const TextEmbedder::Result& query = query_of(rule.scope, text.text);
    if (!query) return unknown_of(query.error());
    const auto banks = family_.banks_->get({.deadline = context_.deadline, .cancelled = {}});
    if (!banks) return unknown_of(banks.error());
    const PrototypeBank& bank = (**banks)[rule.bank];
    SignalResult result = family_.leaves_[leaf].security && (*query)->truncated()
                              ? read_whole(bank, rule, text.text, **query)
                              : scored(bank, **query, rule);
    if (result.truth == Truth::unknown) return result;
    if (result.truth == Truth::no_match && !text.complete) {
      const SignalResult unread = no_match_in(text);
      result.truth = unread.truth;
      result.reason = unread.reason;
      result.detail = unread.detail;
    }
    return result;
  }

 private:
  const TextEmbedder::Result& query_of(Scope scope, std::string_view text) {
    std::optional<TextEmbedder::Result>& query = queries_[static_cast<std::size_t>(scope)];
    if (!query) query = embed(text);
    return *query;
  }

  // A rule that protects must not be led past by what stands in front: the text in windows, the best of which counts.
  SignalResult read_whole(const PrototypeBank& bank, const EmbeddingJudge& rule, std::string_view text,
                          const models::TextEmbedding& cut) {
    const auto again = [&](std::string_view window) {
      return window.size() == text.size() ? *queries_[static_cast<std::size_t>(rule.scope)] : embed(window);
    };
    const auto whole = models::embed_windows(text, again, 0);
    if (!whole) return unknown_of(whole.error());
    SignalResult best;
    for (const models::EmbeddedWindow& window : whole->windows) {
      SignalResult result = scored(bank, *window.embedding, rule);
      if (!best.value || *result.value > *best.value) best = std::move(result);
    }
    best.detail = fmt::format("the text has {} tokens; it was read in {} windows", cut.tokens, whole->windows.size());
    return best;
  }

  TextEmbedder::Result embed(std::string_view text) const {
    const TextEmbedder& embedder = *family_.model_.embedder;
    return context_.embeddings != nullptr ? context_.embeddings->get(embedder, text)
                                          : embedder.embed(text, {.deadline = context_.deadline, .cancelled = {}});
  }

  static SignalResult scored(const PrototypeBank& bank, const models::TextEmbedding& query,
                             const EmbeddingJudge& rule) {
    const PrototypeScore score = bank.score(query.values, rule.blend);
    SignalResult result;
    result.value = score.score;
    result.values = {{"best", score.best},
                     {"support", score.support},
                     {"prototype_count", static_cast<double>(bank.prototypes().size())},
                     {"threshold", rule.threshold}};
    result.findings.push_back({.what = bank.prototypes()[score.nearest].text});
    if (query.truncated()) {
      result.detail =
          fmt::format("the text was cut: the model read {} of {} tokens", query.covered_tokens, query.tokens);
    }
    if (score.score >= rule.threshold) match(result);
    return result;
  }

  const EmbeddingFamily& family_;
  EvalContext& context_;
  std::array<std::optional<TextEmbedder::Result>, kScopes> queries_;
};

EmbeddingFamily::EmbeddingFamily(const EmbeddingModel& model, const MatchSettings& settings)
    : model_(model), settings_(settings) {
  if (model_.embedder) {
    banks_ = std::make_unique<EmbeddingBanks>(model_.embedder, model_.candidates, settings_.clusters);
  }
}

void EmbeddingFamily::add(Leaf leaf, EmbeddingJudge rule, std::vector<std::string> examples) {
  if (!rule.image && banks_) rule.bank = banks_->add(std::move(examples));
  leaves_.push_back(std::move(leaf));
  rules_.push_back(rule);
}

void EmbeddingFamily::preload(std::string_view path, config::Diagnostics& diagnostics) {
  if (!banks_ || !model_.preload) return;
  const auto banks = banks_->get({});
  if (banks) return;
  diagnostics.warning(
      path, "examples_not_encoded",
      fmt::format("the example texts were not encoded ({}): {}", to_string(banks.error().kind), banks.error().detail));
}

Cost EmbeddingFamily::cost(std::size_t leaf, const evidence::Evidence& evidence) const {
  const bool of_pictures = rules_[leaf].image || rules_[leaf].scope == Scope::image_text;
  return of_pictures && evidence.images.empty() ? Cost::instant : Cost::model;
}

std::string_view EmbeddingFamily::missing_model(std::size_t leaf) const {
  if (rules_[leaf].image) return kNoImageModel;
  return model_.embedder || model_.only_checked ? std::string_view() : std::string_view(model_.missing);
}

void EmbeddingFamily::evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                               std::span<SignalResult> results) const {
  Pass pass(*this, context);
  judge_each(wanted, results, [&](std::size_t leaf) { return pass.judge(leaf); });
  if (coupled()) settle(results);
}

void EmbeddingFamily::settle(std::span<SignalResult> results) const {
  const auto unknown = std::ranges::find(results, Truth::unknown, &SignalResult::truth);
  if (unknown != results.end()) {
    const std::string& name = leaves_[static_cast<std::size_t>(unknown - results.begin())].name;
    const SignalResult cause = *unknown;
    for (SignalResult& result : results) {
      if (result.truth == Truth::unknown) continue;
      result.truth = Truth::unknown;
      result.confidence = 0;
      result.reason = cause.reason;
      result.detail =
          fmt::format("\"{}\" is unknown, and the rules are compared with each other: {}", name, cause.detail);
    }
    return;
  }
  const bool matched = std::ranges::find(results, Truth::match, &SignalResult::truth) != results.end();
  if (!settings_.soft_matching || matched) return;
  for (SignalResult& result : results) {
    if (!result.value || *result.value < settings_.min_score) continue;
    match(result);
    if (result.detail.empty()) result.detail = "soft match: no rule reached its threshold";
  }
}

void EmbeddingFamily::after_partitions(std::span<SignalResult> results) const {
  if (settings_.top_k == 0) return;
  std::vector<std::size_t> matched;
  for (std::size_t leaf = 0; leaf < results.size(); ++leaf) {
    if (results[leaf].truth == Truth::match) matched.push_back(leaf);
  }
  if (matched.size() <= settings_.top_k) return;
  std::ranges::sort(matched, [&](std::size_t a, std::size_t b) {
    const double left = results[a].value.value_or(0.0);
    const double right = results[b].value.value_or(0.0);
    return left != right ? left > right : leaves_[a].name < leaves_[b].name;
  });
  for (std::size_t i = settings_.top_k; i < matched.size(); ++i) {
    drop(results[matched[i]], fmt::format("matched, but only the best {} stay (top_k)", settings_.top_k));
  }
}

}  // namespace signalbox::signals
