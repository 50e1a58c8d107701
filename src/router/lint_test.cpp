// Warnings about configurations that load and will still surprise: each with the file that earns it and one that does
// not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "router/test_support.h"

namespace signalbox::router {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string with_keyword(const std::string& rest) {
  return "routing:\n  signals: {keywords: [{name: k, operator: OR, keywords: [a]}]}\n" + rest;
}

std::string with_rules(const std::string& rules) {
  return with_keyword("  decisions: [{name: d, rules: " + rules + "}]\n");
}

constexpr std::string_view kLeaf = "{type: keyword, name: k}";

TEST(Lint, AnOrWithoutConditionsNeverMatches) {
  EXPECT_THAT(warnings_of("routing: {decisions: [{name: d, rules: {operator: OR, conditions: []}}]}"),
              ElementsAre("never_matches routing.decisions[0].rules"));
}

TEST(Lint, AConditionAndItsNegationNeverMatch) {
  const std::string leaf(kLeaf);
  const std::string negated = "{operator: NOT, conditions: [" + leaf + "]}";
  EXPECT_THAT(warnings_of(with_rules("{operator: AND, conditions: [" + leaf + ", " + negated + "]}")),
              ElementsAre("never_matches routing.decisions[0].rules"));
  EXPECT_THAT(warnings_of(with_rules("{operator: OR, conditions: [" + leaf + ", " + negated + "]}")), IsEmpty());
}

TEST(Lint, ContextWithoutAnUpperEndNeverMatchesUnderV03) {
  const std::string rest =
      "routing: {signals: {context: [{name: c, min_tokens: 1K}]}, decisions: [{name: d, rules: {type: context, name: "
      "c}}]}";
  EXPECT_THAT(warnings_of(rest), ElementsAre("never_matches routing.signals.context[0]"));
  EXPECT_THAT(warnings_of("version: v1\n" + rest), IsEmpty());
}

TEST(Lint, ASignalThatNothingUses) {
  EXPECT_THAT(warnings_of(with_keyword("")), ElementsAre("unused_signal routing.signals.keywords[0]"));
  EXPECT_THAT(warnings_of(with_rules(std::string(kLeaf))), IsEmpty());
  // A score that no band reads, or a band that no decision reads, is no use either.
  EXPECT_THAT(
      warnings_of(with_keyword("  projections: {scores: [{name: s, inputs: [{type: keyword, name: k, weight: 1}]}]}")),
      ElementsAre("unused_signal routing.signals.keywords[0]"));
}

TEST(Lint, OverlappingContextBands) {
  const auto bands = [](const std::string& second) {
    return "routing: {signals: {context: [{name: a, max_tokens: 1K}, " + second +
           "]}, decisions: [{name: d, rules: {operator: OR, conditions: [{type: context, name: a}, {type: context, "
           "name: b}]}}]}";
  };
  EXPECT_THAT(warnings_of(bands("{name: b, min_tokens: 1K, max_tokens: 2K}")),
              ElementsAre("overlapping_bands routing.signals.context[1]"));
  EXPECT_THAT(warnings_of(bands("{name: b, min_tokens: 1001, max_tokens: 2K}")), IsEmpty());
}

TEST(Lint, MixedTiersAreSaidOnce) {
  EXPECT_THAT(warnings_of("routing: {decisions: [{name: a, tier: 1, rules: {conditions: []}}, {name: b}, {name: c}]}"),
              ElementsAre("mixed_tiers routing.decisions[1]"));
  EXPECT_THAT(warnings_of("routing: {decisions: [{name: a, tier: 1}, {name: b, tier: 2}]}"), IsEmpty());
}

TEST(Lint, AContrastiveRuleWithoutItsOtherSide) {
  EXPECT_THAT(
      warnings_of("routing: {signals: {jailbreak: [{name: j, method: contrastive, jailbreak_patterns: [ignore it]}]}}"),
      Contains("no_negative_side routing.signals.jailbreak[0].benign_patterns"));
  EXPECT_THAT(warnings_of("routing: {signals: {complexity: [{name: c, hard: {candidates: [prove]}, easy: {}}]}}"),
              Contains("no_negative_side routing.signals.complexity[0].easy"));
  EXPECT_THAT(
      warnings_of("routing: {signals: {complexity: [{name: c, hard: {candidates: [a]}, easy: {candidates: [b]}}]}}"),
      Not(Contains(StartsWith("no_negative_side"))));
}

TEST(Lint, AThresholdThatCannotBeReached) {
  EXPECT_THAT(warnings_of("routing: {signals: {complexity: [{name: c, threshold: 0.75, hard: {candidates: [a]}, "
                          "easy: {candidates: [b]}}]}}"),
              Contains("unreachable_threshold routing.signals.complexity[0].threshold"));
}

TEST(Lint, RolesWithoutATrustedProxy) {
  const std::string rest =
      "routing:\n  signals: {role_bindings: [{name: b, role: admin, subjects: [{kind: User, name: u}]}]}\n"
      "  decisions: [{name: d, rules: {type: authz, name: admin}}]\n";
  EXPECT_THAT(warnings_of(rest), ElementsAre("no_trusted_proxy routing.signals.role_bindings"));
  EXPECT_THAT(warnings_of(rest + "global: {services: {authz: {trusted_proxies: [10.0.0.0/8]}}}"), IsEmpty());
}

TEST(Lint, ADecisionBehindACatchAllNeverWins) {
  const std::string rules = "rules: " + std::string(kLeaf);
  EXPECT_THAT(
      warnings_of(with_keyword("  decisions: [{name: all, priority: 9}, {name: d, priority: 1, " + rules + "}]")),
      ElementsAre("never_wins routing.decisions[1]"));
  EXPECT_THAT(
      warnings_of(with_keyword("  decisions: [{name: all, priority: 1}, {name: d, priority: 9, " + rules + "}]")),
      IsEmpty());
}

std::string with_band(const std::string& band) {
  return with_keyword(
      "  projections:\n    scores: [{name: s, inputs: [{type: keyword, name: k, weight: 0.5}]}]\n"
      "    mappings: [{name: m, source: s, outputs: [" +
      band + "]}]\n  decisions: [{name: d, rules: {type: projection, name: o}}]\n");
}

TEST(Lint, ABandThatItsScoreNeverReaches) {
  EXPECT_THAT(warnings_of(with_band("{name: o, gt: 0.5}")),
              testing::UnorderedElementsAre("unreachable_band routing.projections.mappings[0].outputs[0]",
                                            "never_matches routing.decisions[0].rules"));
  EXPECT_THAT(warnings_of(with_band("{name: o, gte: 0.5}")), IsEmpty());
}

// A knowledge base whose texts are not installed makes its score unknown, which is no mistake of the file (bug: it was
// called unreachable, and the decisions on it "can never match").
TEST(Lint, ABandOverAMissingModelIsNotUnreachable) {
  EXPECT_THAT(
      warnings_of("routing:\n  projections:\n"
                  "    scores: [{name: s, inputs: [{type: kb_metric, kb: mmlu_kb, metric: best_score, weight: 1}]}]\n"
                  "    mappings: [{name: m, source: s, outputs: [{name: o, gte: 2}]}]\n"
                  "  decisions: [{name: d, rules: {type: projection, name: o}}]\n"),
      testing::ElementsAre("model_missing .kb"));
}

TEST(Lint, SecretsWrittenOut) {
  const auto with_key = [](const std::string& key) {
    return "providers: {models: [{name: m, backend_refs: [{endpoint: 'a:1', api_key: '" + key + "'}]}]}\nrouting: {}\n";
  };
  EXPECT_THAT(warnings_of(with_key("sk-123")),
              ElementsAre("inline_secret providers.models[0].backend_refs[0].api_key"));
  EXPECT_THAT(warnings_of("global: {stores: {memory: {valkey: {password: hunter2}}}}"),
              Contains("inline_secret global.stores.memory.valkey.password"));
  const Loaded from_variable = load_text(with_key("${KEY}"), "config.yaml",
                                         [](const std::string&) { return std::optional<std::string>("sk-123"); });
  EXPECT_EQ(from_variable.diagnostics->warnings(), 0U);
}

TEST(Lint, AListenerThatIsOpenToOtherMachines) {
  EXPECT_THAT(warnings_of("listeners: [{address: 0.0.0.0, port: 8899}]\nrouting: {}"),
              ElementsAre("open_listener listeners[0].address"));
  EXPECT_THAT(warnings_of("routing: {}\nglobal: {services: {management_api: {bind_address: '::'}}}"),
              ElementsAre("open_listener global.services.management_api.bind_address"));
  EXPECT_THAT(warnings_of("listeners: [{address: 127.0.0.1, port: 1}, {address: '::1', port: 1}]\nrouting: {}"),
              IsEmpty());
}

TEST(Lint, AnAlgorithmThatDoesNotRunIsSaidOnce) {
  EXPECT_THAT(warnings_of("routing: {decisions: [{name: d, algorithm: {type: knn, knn: {k: 3}}}]}"),
              ElementsAre("unsupported routing.decisions[0].algorithm.type"));
  EXPECT_THAT(warnings_of("routing: {decisions: [{name: d, algorithm: {type: static}}]}"), IsEmpty());
}

TEST(Lint, AProtectivePluginThatDoesNotRunIsSaidOnce) {
  EXPECT_THAT(warnings_of("routing: {decisions: [{name: d, plugins: [{type: hallucination}]}]}"),
              ElementsAre("unsupported_protective routing.decisions[0].plugins[0].type"));
}

}  // namespace
}  // namespace signalbox::router
