// Where a request goes after each kind of failure.
#include "upstream/attempts.h"

#include <gmock/gmock.h>

#include "upstream/fakes.h"

namespace signalbox::upstream {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::FixedRandom;
using testing::members;
using Kind = AttemptEnd::Kind;

constexpr AttemptEnd kRefused{Kind::not_sent, 0};
constexpr AttemptEnd kReset{Kind::no_answer, 0};
constexpr AttemptEnd answered(int status) {
  return {Kind::answered, status};
}

ReliabilityPolicy retrying(int count, std::initializer_list<RetryOn> on) {
  ReliabilityPolicy policy;
  policy.retry = {count, {}, false};
  for (const RetryOn condition : on) policy.retry.on.add(condition);
  return policy;
}

class Models final : public Candidates {
 public:
  void add(const ReliabilityPolicy& policy, std::size_t backends) {
    clusters_.push_back(std::make_unique<Cluster>(policy, members(backends)));
  }
  std::size_t size() const override { return clusters_.size(); }
  Cluster& cluster(std::size_t i) override { return *clusters_[i]; }

 private:
  std::vector<std::unique_ptr<Cluster>> clusters_;
};

// "candidate.backend", with "+" where it is waited before; "-" when that is the end.
class AttemptsTest : public ::testing::Test {
 protected:
  static std::string text(const std::optional<Attempts::Target>& target) {
    if (!target) return "-";
    return std::to_string(target->candidate) + "." + std::to_string(target->backend) +
           (target->wait > Nanoseconds(0) ? "+" : "");
  }
  std::string way(std::initializer_list<AttemptEnd> ends) {
    Attempts attempts(models_, random_);
    std::string result = text(attempts.first(at(0ms)));
    for (const AttemptEnd& end : ends) result += " " + text(attempts.next(end, at(0ms)));
    return result;
  }
  Models models_;
  FixedRandom random_{{12345}};
};

TEST_F(AttemptsTest, ByDefaultOneRetryElsewhereAfterAFailedConnection) {
  models_.add({}, 3);
  EXPECT_EQ(way({kRefused, kRefused}), "0.0 0.1 -");
}

TEST_F(AttemptsTest, ByDefaultNothingThatReachedABackendIsRepeated) {
  models_.add({}, 2);
  models_.add({}, 1);
  EXPECT_EQ(way({kReset}), "0.0 -");
  EXPECT_EQ(way({answered(503)}), "0.1 -");
}

TEST_F(AttemptsTest, ByDefaultTheOnlyBackendIsNotAskedAgain) {
  models_.add({}, 1);
  EXPECT_EQ(way({kRefused}), "0.0 -");
}

TEST_F(AttemptsTest, NamedRetriesGoElsewhereAtOnceAndBackAfterAWait) {
  models_.add(retrying(3, {RetryOn::server_error}), 2);
  EXPECT_EQ(way({answered(500), kReset, kRefused, kRefused}), "0.0 0.1 0.0+ 0.1+ -");
}

TEST_F(AttemptsTest, RetryCountZeroMeansNone) {
  models_.add(retrying(0, {RetryOn::server_error}), 2);
  EXPECT_EQ(way({answered(500)}), "0.0 -");
}

TEST_F(AttemptsTest, FailsOverInOrderOnceTheRetriesAreSpent) {
  models_.add(retrying(1, {RetryOn::gateway_error}), 2);
  models_.add({}, 1);
  models_.add({}, 1);
  EXPECT_EQ(way({answered(503), answered(502), kRefused, kRefused}), "0.0 0.1 1.0 2.0 -");
}

TEST_F(AttemptsTest, AFailedConnectionFailsOverEvenWhereRetriesAreOff) {
  models_.add(retrying(0, {}), 2);
  models_.add({}, 1);
  EXPECT_EQ(way({kRefused}), "0.0 1.0");
}

TEST_F(AttemptsTest, OwnOverloadMovesOnLikeAFailedConnection) {
  models_.add({}, 1);
  models_.add({}, 1);
  EXPECT_EQ(way({AttemptEnd{Kind::overloaded, 0}}), "0.0 1.0");
}

TEST_F(AttemptsTest, AModelWithoutHealthyBackendsIsPassedOver) {
  models_.add({}, 1);
  models_.add({}, 1);
  models_.cluster(0).endpoint(0).set_healthy(false);
  EXPECT_EQ(way({}), "1.0");
}

TEST_F(AttemptsTest, WhenNothingIsHealthyTheFirstIsTriedAllTheSame) {
  models_.add({}, 1);
  models_.add({}, 1);
  models_.cluster(0).endpoint(0).set_healthy(false);
  models_.cluster(1).endpoint(0).set_healthy(false);
  EXPECT_EQ(way({}), "0.0");
}

TEST_F(AttemptsTest, ACandidateWithoutBackendsIsNone) {
  models_.add({}, 0);
  EXPECT_EQ(way({}), "-");
}

TEST_F(AttemptsTest, AnEmptyBudgetEndsRetriesOfWhatReachedABackendOnly) {
  models_.add(retrying(5, {RetryOn::reset}), 2);
  while (models_.cluster(0).budget().take(at(0ms))) {
  }
  EXPECT_EQ(way({kReset}), "0.0 -");
  EXPECT_EQ(way({kRefused}), "0.1 0.0");
  Attempts attempts(models_, random_);
  (void)attempts.first(at(0ms));
  (void)attempts.next(kReset, at(0ms));
  EXPECT_EQ(attempts.refusal(), Attempts::Reason::budget);
}

// The table of Envoy's words against what can happen.
TEST(RetryConditions, MeanWhatEnvoySays) {
  const auto allowed = [](std::string_view word) {
    const RetryConditions on(find_retry_word(word)->condition);
    std::string result;
    for (const AttemptEnd& end : {kRefused, kReset, answered(500), answered(503), answered(409), answered(429)}) {
      result += on.allow(end) ? 'x' : '.';
    }
    return result;
  };
  EXPECT_EQ(allowed("connect-failure"), "x.....");
  EXPECT_EQ(allowed("reset"), "xx....");
  EXPECT_EQ(allowed("5xx"), "xxxx..");
  EXPECT_EQ(allowed("gateway-error"), "xx.x..");
  EXPECT_EQ(allowed("retriable-4xx"), "....x.");
  EXPECT_EQ(allowed("refused-stream"), "......");
  EXPECT_EQ(find_retry_word("conect-failure"), nullptr);
}

}  // namespace
}  // namespace signalbox::upstream
