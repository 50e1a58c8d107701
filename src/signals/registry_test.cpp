#include "signals/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "config/load.h"
#include "signals/complexity.h"
#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using test::Rules;
using test::Subject;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TEST(Registry, NamesAreUniqueAndTypesComplete) {
  std::set<std::string_view> keys, leaves, matched;
  for (const Type* type : registry()) {
    EXPECT_TRUE(keys.insert(type->key).second) << type->key;
    EXPECT_TRUE(leaves.insert(type->leaf).second) << type->leaf;
    EXPECT_TRUE(matched.insert(type->matched_key).second) << type->matched_key;
    EXPECT_FALSE(type->doc.empty()) << type->key;
    EXPECT_EQ(find_type(type->leaf), type);
    EXPECT_EQ(type->security, type->leaf == "jailbreak" || type->leaf == "pii" || type->leaf == "secrets");
    EXPECT_EQ(type->rules_type()->size(type->make_rules().get()), 0u);
  }
  EXPECT_EQ(find_type("latency"), nullptr);
}

TEST(Registry, EmptyListsCompileToNothing) {
  for (const Type* type : registry()) EXPECT_EQ(Rules(type->leaf, "[]").family, nullptr) << type->key;
}

// Every key has a sentence of documentation, and the keys that VSR lacks say so.
class DocumentedKeys final : public config::Visitor {
 public:
  void object(std::string_view, std::string_view doc, std::string*) override { EXPECT_FALSE(doc.empty()); }
  void field_ref(std::string_view key, config::ValueRef value, const config::FieldOptions& options) override {
    EXPECT_FALSE(options.doc.empty()) << key;
    visit(*value.type);
  }
  void reserved(std::string_view, std::string_view, std::string_view, config::Support) override {}
  void removed(std::string_view, std::string_view) override {}
  void tagged(std::string_view, const std::string&, std::string_view, std::span<const config::Alternative>,
              std::shared_ptr<void>&, const config::FieldOptions&) override {}

  void visit(const config::TypeInfo& type) {
    if (type.element) visit(*type.element);
    if (type.describe) type.describe(*this, type.make().get());
  }
};

TEST(Registry, EveryKeyIsDocumented) {
  for (const Type* type : registry()) DocumentedKeys().visit(*type->rules_type());
}

void expect_model_missing(std::string_view leaf, std::string_view yaml, std::vector<std::string> names) {
  const Rules rules(leaf, yaml);
  EXPECT_TRUE(rules.diagnostics.ok()) << leaf << ": " << (rules.problems().empty() ? "" : rules.problems().front());
  EXPECT_THAT(rules.leaf_names(), ::testing::ElementsAreArray(names)) << leaf;
  EXPECT_TRUE(find_type(leaf)->needs_model);
  for (const auto& [name, result] : Subject::text("hello").evaluate(rules)) {
    EXPECT_EQ(result.truth, Truth::unknown) << name;
    EXPECT_EQ(result.reason, Reason::model_missing) << name;
  }
}

TEST(MissingModel, EveryLeafIsUnknown) {
  expect_model_missing("embedding", "[{name: e, threshold: 0.7, candidates: [a], aggregation_method: any}]", {"e"});
  expect_model_missing("fact_check", "[{name: needs_fact_check}]", {"needs_fact_check"});
  expect_model_missing("preference", "[{name: p, examples: [be brief]}]", {"p"});
  expect_model_missing("modality", "[{name: AR}, {name: BOTH}]", {"AR", "BOTH"});
  expect_model_missing("jailbreak", "[{name: j, threshold: 0.7}]", {"j"});
  expect_model_missing("pii", "[{name: p, threshold: 0.8, pii_types_allowed: [email_address]}]", {"p"});
  expect_model_missing("classifier", "[{name: c, type: llm, model: judge, labels: [SAFE, RISKY]}]", {"c"});
  expect_model_missing("complexity", "[{name: c, hard: {candidates: [a]}, easy: {candidates: [b]}}]",
                       {"c:hard", "c:medium", "c:easy"});
  expect_model_missing("domain", "[{name: math, mmlu_categories: [math]}]", {"math"});
}

TEST(MissingModel, SecurityTypesSaySo) {
  EXPECT_TRUE(Rules("jailbreak", "[{name: j, threshold: 0.7}]").family->leaves()[0].security);
  EXPECT_TRUE(Rules("pii", "[{name: p}]").family->leaves()[0].security);
  EXPECT_FALSE(Rules("pii", "[{name: p, security: false}]").family->leaves()[0].security);
}

TEST(MissingModel, DomainsAreGeneratedFromUsedNamesAndCategories) {
  const Rules generated("domain", "[]", {.v1 = false, .used = {"law", "math"}});
  EXPECT_THAT(generated.leaf_names(), ElementsAre("law", "math"));
  const Rules by_category("domain", "[{name: stem, mmlu_categories: [math, physics]}]",
                          {.v1 = false, .used = {"math"}});
  EXPECT_THAT(by_category.leaf_names(), ElementsAre("stem", "math"));
}

TEST(MissingModel, ComplexityHandsOutItsComposer) {
  const Rules rules("complexity", R"(
- {name: a, hard: {candidates: [x]}, easy: {candidates: [y]}}
- {name: b, hard: {candidates: [x]}, easy: {candidates: [y]}, composer: {operator: OR, conditions: [{type: domain, name: math}]}}
)");
  EXPECT_EQ(complexity_composer(rules.rules.get(), 0), nullptr);
  const config::Node* composer = complexity_composer(rules.rules.get(), 1);
  ASSERT_NE(composer, nullptr);
  EXPECT_EQ(composer->find("operator")->scalar, "OR");
}

TEST(MissingModel, MistakesAreNamedAtTheirPlace) {
  EXPECT_THAT(Rules("fact_check", "[{name: needs_fact_chek}]").problems(),
              ElementsAre("routing.signals.fact_check[0].name unknown_label"));
  EXPECT_THAT(Rules("modality", "[{name: ar}]").problems(),
              ElementsAre("routing.signals.modality[0].name unknown_label"));
  EXPECT_THAT(Rules("embedding", "[{name: e, threshold: 0.5, candidates: [a], query_modality: audio}]").problems(),
              ElementsAre("routing.signals.embeddings[0].query_modality unsupported_modality"));
  EXPECT_THAT(Rules("embedding", "[{name: e, candidates: []}]").problems(),
              ElementsAre("routing.signals.embeddings[0].candidates empty_list"));
  EXPECT_THAT(Rules("reask", "[{name: r, lookback_turns: 0}]").problems(),
              ElementsAre("routing.signals.reasks[0].lookback_turns out_of_range"));
  EXPECT_THAT(Rules("jailbreak", "[{name: j, method: contrastive, jailbreak_patterns: [x]}]").problems(),
              ElementsAre("warning routing.signals.jailbreak[0].benign_patterns no_negative_side"));
  EXPECT_THAT(Rules("jailbreak", "[{name: j}]").problems(),
              ElementsAre("warning routing.signals.jailbreak[0].threshold always_matches"));
  EXPECT_THAT(Rules("complexity", "[{name: c, hard: {candidates: [x]}, easy: {}}]").problems(),
              ElementsAre("warning routing.signals.complexity[0].easy no_negative_side"));
  EXPECT_THAT(Rules("pii", "[{name: p, pii_types_allowed: [EMAIL]}]").problems(),
              ElementsAre("warning routing.signals.pii[0].pii_types_allowed[0] unknown_pii_type"));
  EXPECT_THAT(Rules("classifier", "[{name: c, type: local, labels: [A, A]}]").problems(),
              UnorderedElementsAre("routing.signals.classifiers[0].labels[1] duplicate_label",
                                   "routing.signals.classifiers[0].model_path missing_model_path"));
}

}  // namespace
}  // namespace signalbox::signals
