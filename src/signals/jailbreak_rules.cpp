#include "signals/jailbreak_rules.h"

#include <array>

#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

constexpr double kMargin = 0.1;  // VSR's default of a contrastive rule

constexpr std::array<config::EnumName, 4> kMethods{{
    {static_cast<int>(JailbreakMethod::classifier), "classifier"},
    {static_cast<int>(JailbreakMethod::contrastive), "contrastive"},
    {static_cast<int>(JailbreakMethod::patterns), "patterns"},
    {static_cast<int>(JailbreakMethod::hybrid), "hybrid"},
}};

}  // namespace

std::span<const config::EnumName> enum_names(JailbreakMethod) {
  return kMethods;
}

void describe(config::Visitor& v, JailbreakRule& x) {
  describe_rule(v, x, "JailbreakSignal", "Attempts to talk a model out of its rules.");
  v.field("method", x.method,
          {.doc = "classifier; contrastive (similarity to jailbreak_patterns less that to benign_patterns); patterns "
                  "(jailbreak_patterns as phrases, no model); hybrid (under v0.3 the same as classifier, as in VSR; "
                  "under v1 the classifier, moved by the margin, and the phrases)."});
  v.field("threshold", x.threshold,
          {.doc = "Risk from which the rule matches. Absent: contrastive 0.1; else under v1 prompt_guard.threshold, "
                  "under v0.3 0, which matches everything.",
           .min = 0,
           .max = 1});
  v.field("include_history", x.include_history, {.doc = "Also judge earlier and non-user messages."});
  v.field("include_tools", x.include_tools,
          {.doc = "Also judge tool definitions, the arguments of tool calls and tool results. Absent: under v1 yes, "
                  "under v0.3 no.",
           .ours = true});
  v.field("include_images", x.include_images,
          {.doc = "Also judge the text read from inline pictures. Absent: under v1 yes, under v0.3 no.", .ours = true});
  v.field("include_metadata", x.include_metadata,
          {.doc = "Also judge the values of metadata and the names of files. Absent: under v1 yes, under v0.3 no.",
           .ours = true});
  v.field("jailbreak_patterns", x.jailbreak_patterns, {.doc = "Example attacks (contrastive, hybrid) or phrases."});
  v.field("benign_patterns", x.benign_patterns, {.doc = "Example harmless requests (contrastive, hybrid)."});
}

bool check(const JailbreakRule& rule, bool v1, config::Diagnostics& diagnostics) {
  using enum JailbreakMethod;
  const bool contrast = rule.method == contrastive;
  const bool needs_patterns = contrast || rule.method == patterns;
  bool good = check_texts(rule.path, "jailbreak_patterns", rule.jailbreak_patterns, !needs_patterns, diagnostics);
  good = check_texts(rule.path, "benign_patterns", rule.benign_patterns, true, diagnostics) && good;
  if (contrast && rule.benign_patterns.empty()) {
    diagnostics.warning(config::join(rule.path, "benign_patterns"), "no_negative_side",
                        "without benign_patterns a contrastive rule matches practically everything",
                        "add examples of harmless requests");
  }
  const bool absent = !rule.threshold && !v1 && !contrast && rule.method != patterns;
  if (absent || (rule.threshold && *rule.threshold <= 0 && !contrast)) {
    diagnostics.warning(config::join(rule.path, "threshold"), "always_matches", "a threshold of 0 matches everything",
                        "set one, such as 0.7");
  }
  if (rule.method == hybrid && !v1) {
    diagnostics.warning(config::join(rule.path, "method"), "hybrid_is_classifier",
                        "VSR treats hybrid as classifier and ignores the patterns");
  }
  return good;
}

JailbreakSettings resolve(const JailbreakRule& rule, bool v1, double model_threshold) {
  using enum JailbreakMethod;
  JailbreakSettings settings;
  settings.method = rule.method == hybrid && !v1 ? classifier : rule.method;
  // As in VSR a contrastive rule with 0 has none.
  const bool written = rule.threshold && (settings.method != contrastive || *rule.threshold > 0);
  if (written) {
    settings.threshold = *rule.threshold;
  } else if (settings.method == contrastive) {
    settings.threshold = kMargin;
  } else if (settings.method == patterns) {
    settings.threshold = 1;
  } else {
    settings.threshold = v1 ? model_threshold : 0;
  }
  settings.history = rule.include_history;
  settings.tools = rule.include_tools.value_or(v1);
  settings.images = rule.include_images.value_or(v1);
  settings.metadata = rule.include_metadata.value_or(v1);
  return settings;
}

}  // namespace signalbox::signals
