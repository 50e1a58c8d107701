// The rules under routing.signals.jailbreak as written, and what is wrong with them.
//
// Internal to signals/. Plain values; used while a configuration is loaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "signals/family.h"
#include "signals/rule.h"

namespace signalbox::signals {

enum class JailbreakMethod : std::uint8_t { classifier, contrastive, patterns, hybrid };
std::span<const config::EnumName> enum_names(JailbreakMethod);

struct JailbreakRule : RuleBase {
  JailbreakMethod method = JailbreakMethod::classifier;
  std::optional<double> threshold;
  bool include_history = false;
  std::optional<bool> include_tools, include_images, include_metadata;
  std::vector<std::string> jailbreak_patterns;
  std::vector<std::string> benign_patterns;
};
void describe(config::Visitor& v, JailbreakRule& x);

// Reports what is wrong; false: the rule cannot be compiled.
bool check(const JailbreakRule& rule, bool v1, config::Diagnostics& diagnostics);

// What v0.3 and v1 mean by absent keys, resolved. `model_threshold` is the classifier's own.
struct JailbreakSettings {
  JailbreakMethod method = JailbreakMethod::classifier;
  double threshold = 0;
  bool history = false, tools = false, images = false, metadata = false;
};
JailbreakSettings resolve(const JailbreakRule& rule, bool v1, double model_threshold);

}  // namespace signalbox::signals
