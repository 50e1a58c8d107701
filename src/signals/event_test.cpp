#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using enum Truth;
using test::judge;
using test::Rules;
using test::Subject;

constexpr std::string_view kPayment = R"(
- name: payment
  event_types: [payment_failed, transaction_declined]
  severities: [critical, high]
  action_codes: [TXN_DECLINE]
  temporal: true
)";

SignalResult evaluate(std::string text) {
  return Subject::text(std::move(text)).evaluate(Rules("event", kPayment), "payment");
}

TEST(Event, ConfidenceIsTheShareOfGroups) {
  EXPECT_EQ(evaluate("all is well").truth, no_match);
  EXPECT_DOUBLE_EQ(evaluate("PAYMENT_FAILED for order 7").confidence, 0.625);
  const SignalResult all = evaluate("payment_failed, severity Critical, code txn_decline, urgent");
  EXPECT_DOUBLE_EQ(all.confidence, 1.0);
  EXPECT_THAT(all.values, ::testing::UnorderedElementsAre(Pair("severity", 1.0), Pair("temporal", 1.0)));
  EXPECT_EQ(all.findings.size(), 4u);
}

TEST(Event, OnlyWholeWordsCount) {
  EXPECT_EQ(evaluate("payment_failed_once").truth, no_match);
  EXPECT_EQ(evaluate("highway to known places").truth, no_match);
  EXPECT_EQ(evaluate("in the critical window").truth, match);
  EXPECT_EQ(evaluate("").truth, no_match);
}

TEST(Event, MistakesAreNamedAtTheirPlace) {
  const Rules rules("event", "[{name: a}, {name: b, severities: [huge]}, {name: c, event_types: ['']}]");
  EXPECT_THAT(rules.problems(), ::testing::Contains("routing.signals.events[0] no_criteria"));
  EXPECT_THAT(rules.problems(), ::testing::Contains("routing.signals.events[1].severities[0] bad_choice"));
  EXPECT_THAT(rules.problems(), ::testing::Contains("routing.signals.events[2].event_types[0] empty_pattern"));
}

}  // namespace
}  // namespace signalbox::signals
