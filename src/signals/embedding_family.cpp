#include "signals/embedding_family.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "signals/family.h"
#include "signals/picture_score.h"
#include "signals/text_vectors.h"

namespace signalbox::signals {

namespace {

using models::TextEmbedder;

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
    if (rule.image) return judge_pictures(rule);
    const ScopeText& text = context_.scopes.get(rule.scope);
    if (is_blank(text.text)) return no_match_in(text);
    if (!family_.model_.embedder) return SignalResult::unknown(Reason::model_missing, family_.model_.missing);
    const TextEmbedder::Result& query = query_of(rule.scope, text.text);
    if (!query) return unknown_of(query.error());
    const auto banks = family_.banks_->get({.deadline = context_.deadline, .cancelled = {}});
    if (!banks) return unknown_of(banks.error());
    const PrototypeBank& bank = (**banks)[rule.bank];
    SignalResult result = family_.leaves_[leaf].security && (*query)->truncated()
                              ? best_window(bank, rule, text.text, **query)
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
  // The picture that is most alike decides. One that could not be judged leaves open what is no match without it.
  SignalResult judge_pictures(const EmbeddingJudge& rule) {
    if (context_.evidence.images.empty()) return {};
    const PictureModel& model = family_.model_.pictures;
    if (!model.has_towers()) return SignalResult::unknown(Reason::model_missing, model.missing);
    const auto images = pictures_of(*model.towers.images, context_);
    if (!images) return images.error();
    const auto banks = family_.picture_banks_->get({.deadline = context_.deadline, .cancelled = {}});
    if (!banks) return unknown_of(banks.error());
    const PrototypeBank& bank = (**banks)[rule.bank];
    const std::optional<PictureScore> best = best_picture(bank, rule.blend, **images);
    const std::optional<SignalResult> unjudged = unjudged_picture(**images);
    if (!best) return *unjudged;
    SignalResult result = scored(bank, best->score, rule);
    const evidence::Image& image = context_.evidence.images[best->image];
    result.findings.back().message = image.message;
    result.findings.back().part = image.index;
    result.findings.back().origin = Origin::image;
    result.values.emplace_back("image", static_cast<double>(best->image));
    result.detail = fmt::format("image[{}] of {}", best->image, (*images)->size());
    if (result.truth == Truth::no_match && unjudged) {
      result.truth = Truth::unknown;
      result.reason = unjudged->reason;
      result.detail = unjudged->detail;
    }
    return result;
  }

  const TextEmbedder::Result& query_of(Scope scope, std::string_view text) {
    std::optional<TextEmbedder::Result>& query = queries_[static_cast<std::size_t>(scope)];
    if (!query) query = vector_of(*family_.model_.embedder, text, context_);
    return *query;
  }

  // A rule that protects must not be led past by what stands in front: the text in windows, the best of which counts.
  SignalResult best_window(const PrototypeBank& bank, const EmbeddingJudge& rule, std::string_view text,
                           const models::TextEmbedding& cut) {
    const auto windows = read_whole(*family_.model_.embedder, text, context_);
    if (!windows) return unknown_of(windows.error());
    SignalResult best;
    for (const models::EmbeddedWindow& window : windows->windows) {
      SignalResult result = scored(bank, *window.embedding, rule);
      if (!best.value || *result.value > *best.value) best = std::move(result);
    }
    best.detail = fmt::format("the text has {} tokens; it was read in {} windows", cut.tokens, windows->windows.size());
    return best;
  }

  static SignalResult scored(const PrototypeBank& bank, const models::TextEmbedding& query,
                             const EmbeddingJudge& rule) {
    SignalResult result = scored(bank, bank.score(query.values, rule.blend), rule);
    result.detail = cut_note(query);
    return result;
  }

  static SignalResult scored(const PrototypeBank& bank, const PrototypeScore& score, const EmbeddingJudge& rule) {
    SignalResult result;
    result.value = score.score;
    result.values = {{"best", score.best},
                     {"support", score.support},
                     {"prototype_count", static_cast<double>(bank.prototypes().size())},
                     {"threshold", rule.threshold}};
    result.findings.push_back({.what = bank.prototypes()[score.nearest].text});
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
    banks_ = std::make_unique<EmbeddingBanks>(model_.embedder, model_.candidates);
  }
  if (model_.pictures.has_towers()) {
    picture_banks_ = std::make_unique<EmbeddingBanks>(model_.pictures.towers.text, model_.pictures.candidates);
  }
}

void EmbeddingFamily::add(Leaf leaf, EmbeddingJudge rule, std::vector<std::string> examples) {
  const std::unique_ptr<EmbeddingBanks>& banks = rule.image ? picture_banks_ : banks_;
  if (banks) rule.bank = banks->add(std::move(examples), settings_.clusters);
  (rule.image ? picture_rules_ : text_rules_).push_back(leaves_.size());
  leaves_.push_back(std::move(leaf));
  rules_.push_back(rule);
}

void EmbeddingFamily::preload(std::string_view path, config::Diagnostics& diagnostics) {
  if (!model_.preload) return;
  if (banks_ && !text_rules_.empty()) banks_->preload(path, diagnostics);
  if (picture_banks_ && !picture_rules_.empty()) picture_banks_->preload(path, diagnostics);
}

Cost EmbeddingFamily::cost(std::size_t leaf, const evidence::Evidence& evidence) const {
  const bool of_pictures = rules_[leaf].image || reads_image_text(leaf);
  return of_pictures && evidence.images.empty() ? Cost::instant : Cost::model;
}

std::string_view EmbeddingFamily::missing_model(std::size_t leaf) const {
  if (rules_[leaf].image) return missing_of(model_.pictures);
  return model_.embedder || model_.only_checked ? std::string_view() : std::string_view(model_.missing);
}

const models::ModelInfo* EmbeddingFamily::measured_by(std::size_t leaf) const {
  if (!rules_[leaf].image) return info_of(model_);
  return model_.pictures.has_towers() ? &model_.pictures.towers.images->info() : nullptr;
}

void EmbeddingFamily::evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                               std::span<SignalResult> results) const {
  Pass pass(*this, context);
  judge_each(wanted, results, [&](std::size_t leaf) { return pass.judge(leaf); });
  if (!coupled()) return;
  settle(text_rules_, results);
  settle(picture_rules_, results);
}

void EmbeddingFamily::settle(const Group& group, std::span<SignalResult> results) const {
  const auto has = [&](Truth truth) {
    return std::ranges::find(group, truth, [&](std::size_t leaf) { return results[leaf].truth; });
  };
  if (const auto unknown = has(Truth::unknown); unknown != group.end()) {
    const std::string& name = leaves_[*unknown].name;
    const SignalResult cause = results[*unknown];
    for (const std::size_t leaf : group) {
      SignalResult& result = results[leaf];
      if (result.truth == Truth::unknown) continue;
      result.truth = Truth::unknown;
      result.confidence = 0;
      result.reason = cause.reason;
      result.detail =
          fmt::format("\"{}\" is unknown, and the rules are compared with each other: {}", name, cause.detail);
    }
    return;
  }
  if (!settings_.soft_matching || has(Truth::match) != group.end()) return;
  for (const std::size_t leaf : group) {
    SignalResult& result = results[leaf];
    if (!result.value || *result.value < settings_.min_score) continue;
    match(result);
    if (!result.detail.empty()) result.detail += "; ";
    result.detail += "soft match: no rule reached its threshold";
  }
}

void EmbeddingFamily::after_partitions(std::span<SignalResult> results) const {
  if (settings_.top_k == 0) return;
  keep_best(text_rules_, results);
  keep_best(picture_rules_, results);
}

void EmbeddingFamily::keep_best(const Group& group, std::span<SignalResult> results) const {
  std::vector<std::size_t> matched;
  for (const std::size_t leaf : group) {
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
