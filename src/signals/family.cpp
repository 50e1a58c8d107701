#include "signals/family.h"

#include <fmt/format.h>

namespace signalbox::signals {

bool is_security(const RuleBase& rule, bool type_default, const CompileContext&) {
  return rule.security.value_or(type_default);
}

bool is_security(const TextRule& rule, bool type_default, const CompileContext& context) {
  return rule.security.value_or(type_default || (context.v1 && rule.scope == Scope::image_text));
}

bool claim_name(const RuleBase& rule, std::set<std::string>& taken, config::Diagnostics& diagnostics) {
  if (rule.name.empty()) return false;
  if (taken.insert(rule.name).second) return true;
  diagnostics.error(config::join(rule.path, "name"), "duplicate_name",
                    fmt::format("another rule of this list is already named \"{}\"", rule.name),
                    "names are unique within a signal type");
  return false;
}

SignalResult no_match_in(const ScopeText& text) {
  if (text.complete) return {};
  return SignalResult::unknown(Reason::not_judged, "a picture was not read: " + text.incomplete_why);
}

}  // namespace signalbox::signals
