// pii: personal data of types that are not allowed. A security signal: unknown counts as a match. Needs a model.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

constexpr std::array<std::string_view, 16> kTypes{"AGE",
                                                  "CREDIT_CARD",
                                                  "DATE_TIME",
                                                  "DOMAIN_NAME",
                                                  "EMAIL_ADDRESS",
                                                  "GPE",
                                                  "IBAN_CODE",
                                                  "IP_ADDRESS",
                                                  "NRP",
                                                  "ORGANIZATION",
                                                  "PERSON",
                                                  "PHONE_NUMBER",
                                                  "STREET_ADDRESS",
                                                  "US_DRIVER_LICENSE",
                                                  "US_SSN",
                                                  "ZIP_CODE"};

struct PiiRule : RuleBase {
  double threshold = 0;
  std::vector<std::string> pii_types_allowed;
  bool include_history = false;
};

void describe(config::Visitor& v, PiiRule& x) {
  describe_rule(v, x, "PiiSignal", "Personal data of a type that is not allowed.");
  v.field("threshold", x.threshold, {.doc = "Confidence from which an entity counts.", .min = 0, .max = 1});
  v.field("pii_types_allowed", x.pii_types_allowed,
          {.doc = "Types that may stand in the text (any case), such as EMAIL_ADDRESS. Empty: none."});
  v.field("include_history", x.include_history, {.doc = "Also judge earlier and non-user messages."});
}

// A warning only: another model may know other types.
void check_types(const PiiRule& rule, config::Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < rule.pii_types_allowed.size(); ++i) {
    std::string type = rule.pii_types_allowed[i];
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end()) continue;
    diagnostics.warning(config::join(config::join(rule.path, "pii_types_allowed"), i), "unknown_pii_type",
                        fmt::format("\"{}\" is no type of the default model", rule.pii_types_allowed[i]),
                        config::did_you_mean(type, {kTypes.begin(), kTypes.end()}));
  }
}

std::unique_ptr<Family> compile(const std::vector<PiiRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics, true);
  for (const Leaf& leaf : leaves) check_types(rules[leaf.rule], diagnostics);
  return missing_model(std::move(leaves), "PII detector");
}

}  // namespace

extern const Type kPii = with_rules<PiiRule, compile>({
    .key = "pii",
    .leaf = "pii",
    .matched_key = "pii",
    .header = "pii",
    .doc = "Personal data of types that are not allowed.",
    .security = true,
    .needs_model = true,
});

}  // namespace signalbox::signals
