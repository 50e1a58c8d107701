#include "gateway/idle_trim.h"

#include <gtest/gtest.h>

#include <string>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;

// What is decided after each interval, in which so many milliseconds were used: T for trim.
std::string decisions(std::initializer_list<int> used_ms) {
  IdleJudge judge(100ms);
  std::chrono::nanoseconds total{0};
  std::string out;
  for (const int ms : used_ms) {
    total += std::chrono::milliseconds(ms);
    out += judge.should_trim(total) ? 'T' : '.';
  }
  return out;
}

TEST(IdleJudge, NothingToGiveBackBeforeAnyWork) {
  EXPECT_EQ(decisions({1, 1, 1, 1, 1, 1, 1, 1}), "........");
}

TEST(IdleJudge, TrimsWhenWorkEndsAndOnceMore) {
  EXPECT_EQ(decisions({500, 900, 1, 1, 1, 1, 1, 1, 1, 1}), "..T....T..");
}

TEST(IdleJudge, NewWorkBeginsAnew) {
  EXPECT_EQ(decisions({500, 1, 1, 500, 500, 1, 1}), ".T...T.");
}

TEST(IdleJudge, ExactlyTheLimitIsWork) {
  EXPECT_EQ(decisions({100, 99}), ".T");
}

TEST(IdleTrim, EndsAtOnceHoweverLongItsInterval) {
  const IdleTrim trim(std::chrono::hours(1));
}

TEST(IdleTrim, LooksAndTrimsWithoutHarm) {
  const IdleTrim trim(1ms);
  std::this_thread::sleep_for(20ms);
}

}  // namespace
}  // namespace signalbox::gateway
