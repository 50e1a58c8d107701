// The family of a signal type that needs a model this build does not have: every leaf is unknown (model_missing).
//
// Internal to signals/. The rules of such a type are still read and checked completely, so that a configuration is
// judged the same before and after its model arrives. Immutable; evaluate may be called by any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "signals/family.h"

namespace signalbox::signals {

// `what` is the model, for the results' detail: "PII detector". Null when there are no leaves.
std::unique_ptr<Family> missing_model(std::vector<Leaf> leaves, std::string what);

// A cosine or probability that a rule decides by: within [low, 1], reported at rule.path + "." + key.
bool check_threshold(const RuleBase& rule, std::string_view key, double value, double low,
                     config::Diagnostics& diagnostics);
// The list under `key` holds no blank text and, unless `may_be_empty`, something at all.
bool check_texts(std::string_view path, std::string_view key, const std::vector<std::string>& texts, bool may_be_empty,
                 config::Diagnostics& diagnostics);
// The rule's name is one of a fixed list, because the model behind the type knows only these labels.
bool check_label_name(const RuleBase& rule, std::span<const std::string_view> labels, config::Diagnostics& diagnostics);

}  // namespace signalbox::signals
