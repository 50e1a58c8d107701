// `rules` of a decision as written: a leaf {type, name, …} or a composite {operator, conditions}.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "decision/belief.h"
#include "signals/rule.h"

namespace signalbox::decision {

enum class OnError : std::uint8_t { no_match, match };  // VSR's, on classifier leaves

struct RuleSpec {
  std::string path;
  std::optional<std::string> op;  // AND | OR | NOT; absent in a composite: AND
  std::optional<std::vector<RuleSpec>> conditions;
  std::optional<std::string> type;
  std::optional<std::string> name;
  std::optional<std::string> label;
  std::optional<signals::NumericPredicate> predicate;
  std::optional<OnError> on_error;
  std::optional<OnUnknown> on_unknown;

  bool is_leaf() const { return type.has_value() || name.has_value(); }
  bool has_leaf_keys() const { return label || predicate || on_error || on_unknown; }
  bool is_empty() const { return !is_leaf() && !op && !conditions && !has_leaf_keys(); }
};

std::span<const config::EnumName> enum_names(OnError);
std::span<const config::EnumName> enum_names(OnUnknown);
void describe(config::Visitor& v, RuleSpec& rule);

}  // namespace signalbox::decision
