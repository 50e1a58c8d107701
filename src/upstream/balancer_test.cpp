#include "upstream/balancer.h"

#include <gmock/gmock.h>

#include <map>
#include <string>

#include "upstream/fakes.h"

namespace signalbox::upstream {
namespace {

using testing::FixedRandom;

std::string sequence(Balancer& balancer, const std::vector<Load>& loads, int picks) {
  FixedRandom random;
  std::string names;
  for (int i = 0; i < picks; ++i) {
    const std::optional<std::size_t> index = balancer.pick(loads, random);
    names += index ? static_cast<char>('a' + *index) : '-';
  }
  return names;
}

TEST(Balancer, RoundRobinIsSmooth) {
  Balancer balancer(LbPolicy::round_robin, {5, 1, 1});
  EXPECT_EQ(sequence(balancer, std::vector<Load>(3), 7), "aabacaa");
  EXPECT_EQ(sequence(balancer, std::vector<Load>(3), 7), "aabacaa");
}

TEST(Balancer, WhatIsUnavailableIsPassedOverAndTheOthersKeepTheirShares) {
  Balancer balancer(LbPolicy::round_robin, {2, 1, 1});
  const std::vector<Load> loads = {{true, 0}, {false, 0}, {true, 0}};
  EXPECT_EQ(sequence(balancer, loads, 6), "acaaca");
  EXPECT_EQ(sequence(balancer, std::vector<Load>(3, Load{false, 0}), 2), "--");
}

TEST(Balancer, WeightZeroIsDrained) {
  Balancer drained(LbPolicy::round_robin, {0, 1});
  EXPECT_EQ(sequence(drained, std::vector<Load>(2), 3), "bbb");
  EXPECT_EQ(sequence(drained, {{true, 0}, {false, 0}}, 1), "-");
  Balancer all_zero(LbPolicy::round_robin, {0, 0});
  EXPECT_EQ(sequence(all_zero, std::vector<Load>(2), 4), "abab");
}

TEST(Balancer, LeastRequestFollowsWeightsWhenNothingIsBusy) {
  Balancer balancer(LbPolicy::least_request, {3, 1});
  SharedRandom random(7);
  const std::vector<Load> loads(2);
  std::map<std::size_t, int> count;
  for (int i = 0; i < 4000; ++i) ++count[*balancer.pick(loads, random)];
  EXPECT_NEAR(count[0], 3000, 120);
}

TEST(Balancer, LeastRequestPrefersTheLessBusyPerWeight) {
  Balancer even(LbPolicy::least_request, {1, 1});
  FixedRandom both({0});  // draws a, then b
  EXPECT_EQ(even.pick(std::vector<Load>{{true, 3}, {true, 1}}, both), 1u);
  Balancer uneven(LbPolicy::least_request, {3, 1});
  FixedRandom drawn({0});
  EXPECT_EQ(uneven.pick(std::vector<Load>{{true, 4}, {true, 2}}, drawn), 0u);  // 4/3 against 2
}

TEST(Balancer, LeastRequestNeverTakesWhatIsUnavailable) {
  Balancer balancer(LbPolicy::least_request, {3, 1, 2});
  SharedRandom random(1);
  const std::vector<Load> loads = {{false, 0}, {true, 9}, {false, 0}};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(balancer.pick(loads, random), 1u);
  EXPECT_EQ(balancer.pick(std::vector<Load>(3, Load{false, 0}), random), std::nullopt);
}

}  // namespace
}  // namespace signalbox::upstream
