// From a reliability block to the policy it stands for.
#include "router/reliability.h"

#include <gmock/gmock.h>

#include "router/test_support.h"

namespace signalbox::router {
namespace {

using namespace std::chrono_literals;
using upstream::RetryOn;

upstream::ReliabilityPolicy policy_of(const std::string& block) {
  const auto snapshot =
      snapshot_of("providers: {models: [{name: m, backend_refs: [{endpoint: \"a:1\"}]" + block + "}]}\nrouting: {}\n");
  return snapshot->models.at(0).reliability;
}

TEST(Reliability, WithoutABlockOneRetryElsewhereAfterAFailedConnection) {
  const upstream::ReliabilityPolicy policy = policy_of("");
  EXPECT_EQ(policy.lb, upstream::LbPolicy::round_robin);
  EXPECT_EQ(policy.retry.count, 1);
  EXPECT_EQ(policy.retry.on, upstream::RetryConditions(RetryOn::connect_failure));
  EXPECT_TRUE(policy.retry.elsewhere_only);
  EXPECT_EQ(policy.ejection.consecutive_5xx, 0);
  EXPECT_FALSE(policy.health_check);
}

TEST(Reliability, EveryKeyMeansWhatItSays) {
  const upstream::ReliabilityPolicy policy = policy_of(
      ", reliability: {lb_policy: least_request, retry_count: 2, retry_on: \"connect-failure, refused-stream,5xx\", "
      "consecutive_5xx: 5, base_ejection_time: 10s, max_ejection_percent: 30, health_check_path: /health, "
      "health_check_interval: 1s, health_check_timeout: 500ms}");
  EXPECT_EQ(policy.lb, upstream::LbPolicy::least_request);
  EXPECT_EQ(policy.retry.count, 2);
  EXPECT_TRUE(policy.retry.on.has(RetryOn::connect_failure));
  EXPECT_TRUE(policy.retry.on.has(RetryOn::server_error));
  EXPECT_FALSE(policy.retry.on.has(RetryOn::reset));
  EXPECT_FALSE(policy.retry.elsewhere_only);
  EXPECT_EQ(policy.ejection.consecutive_5xx, 5);
  EXPECT_EQ(policy.ejection.base_time, 10s);
  EXPECT_EQ(policy.ejection.max_percent, 30);
  ASSERT_TRUE(policy.health_check);
  EXPECT_EQ(policy.health_check->path, "/health");
  EXPECT_EQ(policy.health_check->interval, 1s);
  EXPECT_EQ(policy.health_check->timeout, 500ms);
}

TEST(Reliability, DefaultsOfABlockAreEnvoys) {
  const upstream::ReliabilityPolicy policy = policy_of(", reliability: {retry_on: reset, health_check_path: /}");
  EXPECT_EQ(policy.retry.count, 1);
  EXPECT_EQ(policy.ejection.base_time, 30s);
  EXPECT_EQ(policy.ejection.max_percent, 50);
  EXPECT_EQ(policy.health_check->interval, 10s);
  EXPECT_EQ(policy.health_check->timeout, 2s);
}

TEST(Reliability, RetriesCanBeSwitchedOff) {
  EXPECT_EQ(policy_of(", reliability: {retry_count: 0}").retry.count, 0);
}

TEST(BackendLimits, ReachTheTarget) {
  const auto snapshot = snapshot_of(
      "providers: {models: [{name: m, backend_refs: [{endpoint: \"https://a\", tls_verify: false, max_connections: 3, "
      "max_pending: 4, timeouts: {connect: 1s, first_byte: 2m, idle: 1500us}}]}]}\nrouting: {}\n");
  const BackendTarget& target = snapshot->models.at(0).backends.at(0);
  EXPECT_FALSE(target.tls_verify);
  EXPECT_EQ(target.max_connections, 3U);
  EXPECT_EQ(target.max_pending, 4U);
  EXPECT_EQ(target.connect_timeout, 1s);
  EXPECT_EQ(target.first_byte_timeout, 120s);
  EXPECT_EQ(target.idle_timeout, 2ms);  // never shorter than written
}

}  // namespace
}  // namespace signalbox::router
