// The embedding rules of a recipe, evaluated together: one vector for each text and picture that they look at, one
// score a rule, then what the rules decide about each other.
//
//   score      each rule's prototypes against its scope's text, or against every picture, of which the best counts; a
//              match from the rule's threshold on
//   soft       where no rule matched: those that reach min_score match all the same
//   top_k      after partitions: only the best matches stay
//
// Rules over text and rules over pictures are two groups: cosines of a text with texts and of a picture with texts are
// not comparable (the modality gap), so neither group decides about the other. With soft matching or top_k a group is
// coupled: what one rule is depends on the others, so one unknown rule makes all of its group unknown. Every failure is
// an unknown result with its reason; an empty text matches nothing. Internal to signals/; filled by embedding.cpp's
// compile, immutable afterwards but for banks made at the first request.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "signals/embedding_banks.h"
#include "signals/embedding_model.h"
#include "signals/embedding_settings.h"
#include "signals/scope.h"
#include "signals/signal.h"

namespace signalbox::signals {

struct EmbeddingJudge {
  double threshold = 0;
  Blend blend;
  Scope scope = Scope::last_user;
  bool image = false;    // looks at pictures; scope says nothing then
  std::size_t bank = 0;  // among those of its group
};

class EmbeddingFamily final : public Family {
 public:
  EmbeddingFamily(const EmbeddingModel& model, const MatchSettings& settings);

  void add(Leaf leaf, EmbeddingJudge rule, std::vector<std::string> examples);
  // Encodes the examples. What keeps it from doing so is a warning: the next request tries again.
  void preload(std::string_view path, config::Diagnostics& diagnostics);
  bool empty() const { return leaves_.empty(); }

  const std::vector<Leaf>& leaves() const override { return leaves_; }
  Cost cost(std::size_t leaf, const evidence::Evidence& evidence) const override;
  bool coupled() const override { return settings_.coupled(); }
  std::string_view missing_model(std::size_t leaf) const override;
  const models::ModelInfo* measured_by(std::size_t leaf) const override;
  bool reads_pictures(std::size_t leaf) const override { return !rules_[leaf].image && reads_image_text(leaf); }
  bool compares_pictures(std::size_t leaf) const override { return rules_[leaf].image; }
  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override;
  void after_partitions(std::span<SignalResult> results) const override;

 private:
  class Pass;
  using Group = std::vector<std::size_t>;  // leaves
  bool reads_image_text(std::size_t leaf) const { return rules_[leaf].scope == Scope::image_text; }
  void settle(const Group& group, std::span<SignalResult> results) const;
  void keep_best(const Group& group, std::span<SignalResult> results) const;

  EmbeddingModel model_;
  MatchSettings settings_;
  std::unique_ptr<EmbeddingBanks> banks_, picture_banks_;  // null without a model
  std::vector<Leaf> leaves_;
  std::vector<EmbeddingJudge> rules_;
  Group text_rules_, picture_rules_;
};

}  // namespace signalbox::signals
