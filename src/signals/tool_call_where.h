// A compiled predicate on a call's arguments or results.
//
// Internal to signals/. Immutable; holds may be called by any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "signals/signal.h"
#include "signals/tool_call.h"
#include "text/json_path.h"
#include "text/pattern_set.h"

namespace signalbox::signals {

class Where {
 public:
  // Reports a bad path or pattern at the predicate's path.
  static std::optional<Where> compile(const WherePredicate& predicate, config::Diagnostics& diagnostics);

  bool reads_result() const { return predicate_.result.has_value(); }
  const std::string& json_path() const { return reads_result() ? *predicate_.result : *predicate_.argument; }

  // Arguments that are no JSON are unknown: what the tool makes of them cannot be told. The root path sees their text.
  Truth holds_for_arguments(std::string_view arguments) const;
  // A result that is no JSON is one text.
  bool holds_for_result(std::string_view result) const;
  // Of a call that has no result yet.
  bool holds_for_nothing() const { return predicate_.exists && !*predicate_.exists; }

 private:
  Where(WherePredicate predicate, text::JsonPath path) : predicate_(std::move(predicate)), path_(std::move(path)) {}
  bool holds(const std::vector<text::JsonScalar>& values) const;
  bool holds(const text::JsonScalar& value) const;
  bool is_root() const { return json_path().empty() || json_path() == "$"; }

  WherePredicate predicate_;
  text::JsonPath path_;
  std::shared_ptr<const text::PatternSet> pattern_;
};

}  // namespace signalbox::signals
