#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using enum Truth;
using test::Rules;
using test::Subject;

Truth judge(std::string_view predicate, std::string_view metadata) {
  const Rules rules("metadata", "- {name: m, key: consent, predicate: " + std::string(predicate) + "}");
  EXPECT_TRUE(rules.diagnostics.ok());
  return Subject::chat(R"("messages":[{"role":"user","content":"x"}],"metadata":)" + std::string(metadata))
      .evaluate(rules, "m")
      .truth;
}

TEST(Metadata, EqualsInExists) {
  EXPECT_EQ(judge("{equals: denied}", R"({"consent":"denied"})"), match);
  EXPECT_EQ(judge("{equals: denied}", R"({"consent":"Denied"})"), no_match);
  EXPECT_EQ(judge("{equals: denied}", "{}"), no_match);
  EXPECT_EQ(judge("{in: [denied, unknown]}", R"({"consent":"unknown"})"), match);
  EXPECT_EQ(judge("{in: [denied]}", R"({"other":"denied"})"), no_match);
  EXPECT_EQ(judge("{exists: true}", R"({"consent":""})"), match);
  EXPECT_EQ(judge("{exists: false}", R"({"consent":""})"), no_match);
  EXPECT_EQ(judge("{exists: false}", "{}"), match);
}

TEST(Metadata, ValuesThatAreNoTextAreComparedAsWritten) {
  EXPECT_EQ(judge("{equals: 'true'}", R"({"consent":true})"), match);
  EXPECT_EQ(judge("{equals: '3'}", R"({"consent":3})"), match);
}

TEST(Metadata, MistakesAreNamedAtTheirPlace) {
  const Rules rules("metadata", R"(
- {name: a, key: k, predicate: {}}
- {name: b, key: k, predicate: {equals: x, exists: true}}
- {name: c, predicate: {equals: x}}
)");
  EXPECT_THAT(rules.problems(),
              ::testing::UnorderedElementsAre("routing.signals.metadata[0].predicate empty_predicate",
                                              "routing.signals.metadata[1].predicate conflicting_predicate",
                                              "routing.signals.metadata[2].key missing_key"));
}

}  // namespace
}  // namespace signalbox::signals
