// What the types have in common whose rules are judged by one classifier: domain, fact_check, user_feedback, modality.
//
// The text is the last user turn, whole: longer texts than the model reads are judged in windows. Every failure is an
// unknown result with its reason; an empty text matches nothing. Internal to signals/; immutable once compiled.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "signals/classifier_model.h"
#include "signals/registry.h"
#include "signals/signal.h"

namespace signalbox::signals {

class LabelFamily : public Family {
 public:
  explicit LabelFamily(const ClassifierModel& model) : model_(model) {}

  void add_leaf(Leaf leaf) { leaves_.push_back(std::move(leaf)); }
  bool empty() const { return leaves_.empty(); }

  const std::vector<Leaf>& leaves() const final { return leaves_; }
  Cost cost(std::size_t, const evidence::Evidence&) const override { return Cost::model; }
  std::string_view missing_model(std::size_t) const override {
    return model_.classifier || model_.only_checked ? std::string_view() : std::string_view(model_.missing);
  }
  const models::ModelInfo* measured_by(std::size_t) const override { return info_of(model_); }
  void evaluate(std::span<const std::size_t> wanted, EvalContext& context, std::span<SignalResult> results) const final;

 protected:
  // Fills the results of all leaves.
  virtual void judge(const models::Classification& text, EvalContext& context,
                     std::span<SignalResult> results) const = 0;
  // False: this request is none for the type, and nothing matches.
  virtual bool concerns(const EvalContext&) const { return true; }
  const ClassifierModel& model() const { return model_; }

 private:
  ClassifierModel model_;
  std::vector<Leaf> leaves_;
};

// For types with a fixed list of names: the model's label for each of them, by one of its spellings. Without a model,
// nothing is checked. Reports at `path` a model that lacks one.
std::vector<std::size_t> labels_of(const ClassifierModel& model,
                                   std::span<const std::vector<std::string_view>> spellings, std::string_view path,
                                   config::Diagnostics& diagnostics);

// Marks a result as the one that was told.
void tell(SignalResult& result, double probability);

}  // namespace signalbox::signals
