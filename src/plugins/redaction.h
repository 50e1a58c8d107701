// Taking what signals found out of a request: where it stands, what else of the request says the same, and the edits.
//
// Internal to plugins/. Pure but for the names it draws; any thread. What cannot be taken out is told, never skipped.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/naming.h"
#include "plugins/plugin.h"

namespace signalbox::plugins {

struct RedactionRules {
  RedactMethod method = RedactMethod::placeholder;
  std::string key{};              // of hashes
  bool restore = false;           // names give way to their values in the answer
  bool pass_unreachable = false;  // what cannot be judged or rewritten goes upstream nevertheless
};

// Edits the request, or says why it must not be sent; nothing is edited then.
std::optional<Refusal> redact(const RedactionRules& rules, RequestEdit& edit);

}  // namespace signalbox::plugins
