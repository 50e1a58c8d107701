// What the types have in common that compare the request's text with banks of examples and decide over all their
// rules at once: complexity, preference, kb.
//
// The text is the last user turn (scope last_user). When one of the rules protects (security), a text that is longer
// than the model reads is read in windows, and a bank's score is that of its best window. Every failure is an unknown
// result with its reason. Internal to signals/; immutable once compiled, but for banks made at the first request.
#pragma once

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "models/embed_windows.h"
#include "signals/embedding_banks.h"
#include "signals/embedding_model.h"
#include "signals/embedding_settings.h"
#include "signals/registry.h"
#include "signals/signal.h"

namespace signalbox::signals {

class SimilarityFamily : public Family {
 public:
  explicit SimilarityFamily(const EmbeddingModel& model);

  // Encodes the examples. What keeps it from doing so is a warning: the next request tries again.
  void preload(std::string_view path, config::Diagnostics& diagnostics);
  bool empty() const { return leaves_.empty(); }

  const std::vector<Leaf>& leaves() const final { return leaves_; }
  Cost cost(std::size_t, const evidence::Evidence&) const override { return Cost::model; }
  bool coupled() const final { return true; }
  std::string_view missing_model(std::size_t leaf) const override;
  const models::ModelInfo* measured_by(std::size_t) const override { return info_of(model_); }
  void evaluate(std::span<const std::size_t> wanted, EvalContext& context, std::span<SignalResult> results) const final;

 protected:
  // One request's text against the banks.
  class Scores {
   public:
    // Of a bank that has examples: by its best window.
    PrototypeScore of(std::size_t bank) const;
    const std::string& nearest(std::size_t bank, const PrototypeScore& score) const;
    // For a result's detail: whether anything was cut or read in windows.
    const std::string& note() const { return note_; }

   private:
    friend class SimilarityFamily;
    const EmbeddingBanks::Banks* banks_ = nullptr;
    const std::vector<Blend>* blends_ = nullptr;
    std::vector<models::EmbeddedWindow> windows_;
    std::string note_;
  };

  std::size_t add_bank(std::vector<std::string> examples, const ScoreSettings& settings);
  void add_leaf(Leaf leaf);
  // Fills the results of all leaves.
  virtual void judge(const Scores& scores, EvalContext& context, std::span<SignalResult> results) const = 0;
  // The same for a request without text: by default nothing matches.
  virtual void judge_blank(EvalContext&, std::span<SignalResult>) const {}

 private:
  std::expected<Scores, SignalResult> score(std::string_view text, EvalContext& context) const;

  EmbeddingModel model_;
  std::unique_ptr<EmbeddingBanks> banks_;  // null without a model
  std::vector<Blend> blends_;              // by bank
  bool reads_whole_ = false;
  std::vector<Leaf> leaves_;
};

// What a configuration says of models, or that it says nothing.
const EmbeddingModel& embedding_of(const CompileContext& context);
const LearnedModels& learned_of(const CompileContext& context);

}  // namespace signalbox::signals
