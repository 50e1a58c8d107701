#include "signals/similarity_family.h"

#include <fmt/format.h>

#include "signals/family.h"
#include "signals/text_vectors.h"

namespace signalbox::signals {

SimilarityFamily::SimilarityFamily(const EmbeddingModel& model) : model_(model) {
  if (model_.embedder) banks_ = std::make_unique<EmbeddingBanks>(model_.embedder, model_.candidates);
}

std::size_t SimilarityFamily::add_bank(std::vector<std::string> examples, const ScoreSettings& settings) {
  if (banks_) banks_->add(std::move(examples), settings.clusters);
  blends_.push_back(settings.blend);
  return blends_.size() - 1;
}

void SimilarityFamily::add_leaf(Leaf leaf) {
  reads_whole_ |= leaf.security;
  leaves_.push_back(std::move(leaf));
}

void SimilarityFamily::preload(std::string_view path, config::Diagnostics& diagnostics) {
  if (banks_ && model_.preload) banks_->preload(path, diagnostics);
}

std::string_view SimilarityFamily::missing_model(std::size_t) const {
  return model_.embedder || model_.only_checked ? std::string_view() : std::string_view(model_.missing);
}

PrototypeScore SimilarityFamily::Scores::of(std::size_t bank) const {
  PrototypeScore best;
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    const PrototypeScore score = (*banks_)[bank].score(windows_[i].embedding->values, (*blends_)[bank]);
    if (i == 0 || score.score > best.score) best = score;
  }
  return best;
}

const std::string& SimilarityFamily::Scores::nearest(std::size_t bank, const PrototypeScore& score) const {
  return (*banks_)[bank].prototypes()[score.nearest].text;
}

std::expected<SimilarityFamily::Scores, SignalResult> SimilarityFamily::score(std::string_view text,
                                                                              EvalContext& context) const {
  if (!model_.embedder) return std::unexpected(SignalResult::unknown(Reason::model_missing, model_.missing));
  Scores scores;
  if (reads_whole_) {
    auto windows = read_whole(*model_.embedder, text, context);
    if (!windows) return std::unexpected(unknown_of(windows.error()));
    scores.windows_ = std::move(windows->windows);
    if (scores.windows_.size() > 1)
      scores.note_ = fmt::format("the text was read in {} windows", scores.windows_.size());
  } else {
    auto vector = vector_of(*model_.embedder, text, context);
    if (!vector) return std::unexpected(unknown_of(vector.error()));
    scores.note_ = cut_note(**vector);
    scores.windows_.push_back({0, text.size(), std::move(*vector)});
  }
  const auto banks = banks_->get({.deadline = context.deadline, .cancelled = {}});
  if (!banks) return std::unexpected(unknown_of(banks.error()));
  scores.banks_ = *banks;
  scores.blends_ = &blends_;
  return scores;
}

void SimilarityFamily::evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                                std::span<SignalResult> results) const {
  judge_together(wanted, results, [&] {
    const std::string_view text = context.scopes.get(Scope::last_user).text;
    if (is_blank(text)) return judge_blank(context, results);
    const std::expected<Scores, SignalResult> scores = score(text, context);
    if (scores) return judge(*scores, context, results);
    for (SignalResult& result : results) result = scores.error();
  });
}

const EmbeddingModel& embedding_of(const CompileContext& context) {
  static const EmbeddingModel kNone;
  return context.embedding != nullptr ? *context.embedding : kNone;
}

const LearnedModels& learned_of(const CompileContext& context) {
  static const LearnedModels kNone;
  return context.learned != nullptr ? *context.learned : kNone;
}

}  // namespace signalbox::signals
