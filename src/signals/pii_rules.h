// The configuration of pii rules. Internal to signals/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "pii/types.h"
#include "signals/rule.h"
#include "signals/sensitive_text.h"

namespace signalbox::signals {

struct PiiRule : RuleBase {
  double threshold = 0;
  std::vector<std::string> pii_types_allowed;
  bool include_history = false;
  // Ours.
  std::vector<std::string> types;
  std::map<std::string, double> thresholds;
  std::vector<std::string> allowed_values;
  std::map<std::string, std::vector<std::string>> context_words;
  bool include_tools = false;
  std::optional<bool> include_images;
};
void describe(config::Visitor& v, PiiRule& rule);

// What is wrong is reported; what can be used of the rule comes back.
SensitiveRule compile_pii(const PiiRule& rule, bool v1, config::Diagnostics& diagnostics);

}  // namespace signalbox::signals
