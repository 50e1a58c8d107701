#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/fake_embedder.h"
#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using ::testing::ElementsAre;
using enum Truth;
using test::Rules;
using test::Subject;

const Rules::Options kV1{.v1 = true, .used = {}};

std::string band(double from, double to) {
  return "[{name: b, min_tokens: '" + std::to_string(static_cast<int>(from)) + "', max_tokens: '" +
         std::to_string(static_cast<int>(to)) + "'}]";
}

TEST(Context, BothEndsOfABandBelongToIt) {
  const Subject subject = Subject::text("How do I sort a list of numbers in Python without a library?");
  const double n = *subject.evaluate(Rules("context", band(0, 100)), "b").value;
  ASSERT_GT(n, 5);
  EXPECT_EQ(subject.evaluate(Rules("context", band(n, 1000)), "b").truth, match);
  EXPECT_EQ(subject.evaluate(Rules("context", band(0, n)), "b").truth, match);
  EXPECT_EQ(subject.evaluate(Rules("context", band(n + 1, 1000)), "b").truth, no_match);
  EXPECT_EQ(subject.evaluate(Rules("context", band(0, n - 1)), "b").truth, no_match);
}

TEST(Context, EverythingThatIsTextCounts) {
  const Rules rules("context", "[{name: b, max_tokens: 1M}]");
  const auto tokens = [&](std::string_view request) { return *Subject::chat(request).evaluate(rules, "b").value; };
  const double plain = tokens(R"("messages":[{"role":"user","content":"hello there"}])");
  EXPECT_GT(tokens(R"("messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hello there"}])"),
            plain);
  EXPECT_GT(tokens(R"("messages":[{"role":"user","content":"hello there"}],
      "tools":[{"type":"function","function":{"name":"search","description":"Searches the web"}}])"),
            plain);
}

TEST(Context, SuffixesAndHugeTexts) {
  const Rules rules("context",
                    "[{name: long, min_tokens: 32K, max_tokens: 256K}, {name: short, min_tokens: 0, max_tokens: 999}]");
  ASSERT_TRUE(rules.diagnostics.ok());
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "word ";
  EXPECT_EQ(Subject::text(text).evaluate(rules, "long").truth, match);
  EXPECT_EQ(Subject::text("").evaluate(rules, "short").truth, match);
}

TEST(Context, WithoutMaximumNeverMatchesUnderV03AndIsUnboundedUnderV1) {
  constexpr std::string_view yaml = "[{name: b, min_tokens: 1}]";
  const Rules old("context", yaml);
  EXPECT_THAT(old.problems(), ElementsAre("warning routing.signals.context[0] never_matches"));
  EXPECT_EQ(Subject::text("hello").evaluate(old, "b").truth, no_match);
  const Rules v1("context", yaml, kV1);
  EXPECT_THAT(v1.problems(), ElementsAre());
  EXPECT_EQ(Subject::text("hello").evaluate(v1, "b").truth, match);
}

// The fake's tokens are words, and each text has two special ones, which are no part of a request.
TEST(Context, CountsWithTheTokenizerOfAModel) {
  auto model = std::make_shared<EmbeddingModel>();
  model->embedder = std::make_shared<models::FakeEmbedder>();
  const Rules rules("context", band(0, 5), {.v1 = false, .used = {}, .embedding = model});
  const SignalResult five = Subject::text("one two three four five").evaluate(rules, "b");
  EXPECT_EQ(*five.value, 5);
  EXPECT_EQ(five.truth, match);
  EXPECT_EQ(five.detail, "counted by the tokenizer of fake");
  const Subject chat =
      Subject::chat(R"("messages":[{"role":"system","content":"a b c"},{"role":"user","content":"d e f"}])");
  EXPECT_EQ(*chat.evaluate(rules, "b").value, 6);
  EXPECT_EQ(chat.evaluate(rules, "b").truth, no_match);
}

TEST(Context, ATokenizerIsNotForAnIoThread) {
  auto model = std::make_shared<EmbeddingModel>();
  EXPECT_EQ(Subject::text("x").cost(Rules("context", band(0, 5), {.v1 = false, .used = {}, .embedding = model})),
            Cost::scan);
  model->embedder = std::make_shared<models::FakeEmbedder>();
  EXPECT_GT(Subject::text("x").cost(Rules("context", band(0, 5), {.v1 = false, .used = {}, .embedding = model})),
            Cost::scan);
}

TEST(Context, ReversedAndOverlappingBands) {
  EXPECT_THAT(Rules("context", "[{name: a, min_tokens: 8K, max_tokens: 1K}]").problems(),
              ElementsAre("routing.signals.context[0].max_tokens reversed_band"));
  EXPECT_THAT(Rules("context", "[{name: a, max_tokens: 1K}, {name: b, min_tokens: 1K, max_tokens: 8K}]").problems(),
              ElementsAre("warning routing.signals.context[1] overlapping_bands"));
  EXPECT_THAT(Rules("context", "[{name: a, max_tokens: 999}, {name: b, min_tokens: 1K, max_tokens: 8K}]").problems(),
              ElementsAre());
}

}  // namespace
}  // namespace signalbox::signals
