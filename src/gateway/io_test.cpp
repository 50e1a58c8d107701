#include "gateway/io.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>
#include <thread>

#include "gateway/compute_await.h"
#include "gateway/test_sockets.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using testing::Signal;

// Runs on I/O thread 0 and waits for it.
void on_loop(IoThreads& io, std::function<void()> act) {
  std::promise<void> done;
  asio::post(io.impl().executor(0), [&] {
    act();
    done.set_value();
  });
  done.get_future().wait();
}

class WatchdogTest : public ::testing::Test {
 protected:
  ~WatchdogTest() override {
    on_loop(io_, [this] { dog_->disarm(); });
  }
  void set(std::chrono::milliseconds from_now) { dog_->set(std::chrono::steady_clock::now() + from_now); }

  IoThreads io_{1};
  Signal barked_;
  std::shared_ptr<Watchdog> dog_ = std::make_shared<Watchdog>(io_.impl().executor(0), [this] { barked_.fire(); });
};

TEST_F(WatchdogTest, Fires) {
  on_loop(io_, [&] { set(1ms); });
  EXPECT_TRUE(barked_.wait());
}

TEST_F(WatchdogTest, FiresAfterTheDeadlineMovedForward) {
  on_loop(io_, [&] {
    set(1ms);
    set(20ms);
  });
  EXPECT_TRUE(barked_.wait());
}

TEST_F(WatchdogTest, FiresAfterTheDeadlineMovedBack) {
  on_loop(io_, [&] {
    set(1h);
    set(1ms);
  });
  EXPECT_TRUE(barked_.wait());
}

TEST_F(WatchdogTest, IsQuietWhenClearedAndWorksAgainAfterwards) {
  on_loop(io_, [&] {
    set(1ms);
    dog_->clear();
  });
  std::this_thread::sleep_for(30ms);
  EXPECT_FALSE(barked_.fired());
  on_loop(io_, [&] { set(1ms); });
  EXPECT_TRUE(barked_.wait());
}

TEST(CancelToken, RunsEachCallbackOnceAndNoneThatWasWithdrawn) {
  CancelToken token;
  int first = 0, second = 0, third = 0;
  auto a = token.on_cancel([&] { ++first; });
  {
    auto b = token.on_cancel([&] { ++second; });
  }
  CancelToken::Registration c = token.on_cancel([&] { ++third; });
  c = CancelToken::Registration();
  EXPECT_FALSE(token.cancelled());
  token.cancel();
  token.cancel();
  EXPECT_TRUE(token.cancelled());
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0);
  EXPECT_EQ(third, 0);
}

TEST(CancelToken, CallbackMayWithdrawItself) {
  CancelToken token;
  CancelToken::Registration registration;
  int calls = 0;
  registration = token.on_cancel([&] {
    ++calls;
    registration.reset();
  });
  token.cancel();
  EXPECT_EQ(calls, 1);
}

TEST(ComputePool, StopFinishesWhatIsQueuedAndRefusesMore) {
  ComputePool pool(1, 100);
  std::atomic<int> ran{0};
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(pool.try_post([&] { ++ran; }));
  pool.stop();
  EXPECT_EQ(ran, 50);
  EXPECT_FALSE(pool.try_post([&] { ++ran; }));
  EXPECT_EQ(ran, 50);
}

struct Outcome {
  std::promise<std::string> text;
};

Task<void> call(ComputePool& pool, std::function<std::string()> work, std::shared_ptr<Outcome> outcome) {
  try {
    auto loop = std::this_thread::get_id();
    auto result = co_await run(pool, std::move(work));
    if (std::this_thread::get_id() != loop) result = "resumed on the wrong thread";
    outcome->text.set_value(result.value_or("full"));
  } catch (const std::exception& e) {
    outcome->text.set_value(std::string("threw ") + e.what());
  }
}

std::string outcome_of(IoThreads& io, ComputePool& pool, std::function<std::string()> work) {
  auto outcome = std::make_shared<Outcome>();
  asio::co_spawn(io.impl().executor(0), call(pool, std::move(work), outcome), asio::detached);
  return outcome->text.get_future().get();
}

TEST(ComputeAwait, ReturnsThrowsOrIsRefusedOnTheCallersThread) {
  IoThreads io(1);
  ComputePool pool(1, 4);
  EXPECT_EQ(outcome_of(io, pool, [] { return std::string("done"); }), "done");
  EXPECT_EQ(outcome_of(io, pool, []() -> std::string { throw std::runtime_error("x"); }), "threw x");
  pool.stop();
  EXPECT_EQ(outcome_of(io, pool, [] { return std::string("late"); }), "full");
}

Task<void> wait_and_count(Event& event, int& woken) {
  co_await event.wait();
  ++woken;
}

// How many turns of the loop a coroutine takes to begin or to go on is Asio's affair.
void take_turns(IoThreads& io, const std::function<bool()>& done) {
  bool is_done = false;
  for (int i = 0; i < 1000 && !is_done; ++i) on_loop(io, [&] { is_done = done(); });
}

TEST(Event, NotifyNowRunsTheWaiterBeforeItReturns) {
  IoThreads io(1);
  Event event(io.impl().executor(0));
  int woken = 0;
  on_loop(io, [&] { asio::co_spawn(io.impl().executor(0), wait_and_count(event, woken), asio::detached); });
  int after_now = 0, after_post = 0;
  on_loop(io, [&] {
    event.notify_now();
    after_now = woken;
    asio::co_spawn(io.impl().executor(0), wait_and_count(event, woken), asio::detached);
  });
  on_loop(io, [&] {
    event.notify();
    after_post = woken;
  });
  take_turns(io, [&] { return woken == 2; });
  EXPECT_EQ(after_now, 1);
  EXPECT_EQ(after_post, 1);
  EXPECT_EQ(woken, 2);
}

TEST(Event, NotifyNowWithoutAWaiterIsRemembered) {
  IoThreads io(1);
  Event event(io.impl().executor(0));
  int woken = 0;
  on_loop(io, [&] {
    event.notify_now();
    asio::co_spawn(io.impl().executor(0), wait_and_count(event, woken), asio::detached);
  });
  take_turns(io, [&] { return woken == 1; });
  EXPECT_EQ(woken, 1);
}

TEST(Processors, AreThoseThatMayBeUsed) {
  EXPECT_GE(usable_processors(), 1u);
  std::size_t counted = 0;
  std::thread([&] {  // the affinity is the thread's own
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    CPU_SET(::sched_getcpu(), &allowed);
    ASSERT_EQ(::sched_setaffinity(0, sizeof allowed, &allowed), 0);
    counted = usable_processors();
  })
      .join();
  EXPECT_EQ(counted, 1u);
}

TEST(IoThreads, AnswerOnlyWhileEveryLoopTurns) {
  IoThreads io(2);
  EXPECT_TRUE(io.answer(std::chrono::seconds(60)));
  std::promise<void> stuck, go_on;
  asio::post(io.impl().executor(1), [&] {
    stuck.set_value();
    go_on.get_future().wait();
  });
  stuck.get_future().wait();
  EXPECT_FALSE(io.answer(std::chrono::milliseconds(20)));
  go_on.set_value();
  EXPECT_TRUE(io.answer(std::chrono::seconds(60)));
}

}  // namespace
}  // namespace signalbox::gateway
