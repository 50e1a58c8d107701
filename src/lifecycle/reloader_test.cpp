#include "lifecycle/reloader.h"

#include <gtest/gtest.h>

#include <future>

#include "lifecycle/lifecycle_fixture.h"

namespace signalbox::lifecycle::testing {
namespace {

using namespace std::chrono_literals;

// Waits end after a minute, so that a defect fails a test instead of hanging it; nothing else depends on time.
template <class Condition>
bool eventually(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

class ReloaderTest : public ApplierTest {
 protected:
  void start() {
    reloader_ = std::make_unique<Reloader>(make_applier(), log_, Reloader::Listener{});
    reloader_->start();
  }
  std::unique_ptr<Reloader> reloader_;
};

TEST_F(ReloaderTest, AFileThatChangesComesIntoForce) {
  start();
  for (const char* mark : {"second", "third", "first"}) {
    folder_.write(config_text(mark));
    EXPECT_TRUE(eventually([&] { return mark_in_force() == mark; })) << mark;
  }
}

TEST_F(ReloaderTest, TheLastStateOfABurstWins) {
  start();
  for (int i = 0; i < 200; ++i) folder_.write(config_text(i % 2 == 0 ? "second" : "first"));
  folder_.write(config_text("third"));
  EXPECT_TRUE(eventually([&] { return mark_in_force() == "third"; }));
}

TEST_F(ReloaderTest, ABrokenFileIsReportedAndTheNextGoodOneTaken) {
  start();
  folder_.write("routing: [");
  EXPECT_TRUE(eventually([&] { return reloader_->status().last_error.has_value(); }));
  EXPECT_EQ(mark_in_force(), "first");
  folder_.write(config_text("second"));
  EXPECT_TRUE(eventually([&] { return mark_in_force() == "second"; }));
  EXPECT_TRUE(eventually([&] { return !reloader_->status().last_error; }));
}

TEST_F(ReloaderTest, WithoutWatchingOnlyRequestsReload) {
  folder_.write(config_text("first", "watch: false"));
  start();
  folder_.write(config_text("second"));
  reloader_->run([](Applier&) {});  // the thread has gone round once
  EXPECT_EQ(reloads("applied"), 0);
  reloader_->request(Source::signal);
  EXPECT_TRUE(eventually([&] { return mark_in_force() == "second"; }));
}

TEST_F(ReloaderTest, ReloadWaitsAndTellsTheResult) {
  folder_.write(config_text("first", "watch: false"));
  start();
  folder_.write(config_text("second"));
  const auto result = reloader_->reload(Source::api);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->outcome, Outcome::applied);
  EXPECT_EQ(result->source, Source::api);
  EXPECT_EQ(mark_in_force(), "second");
}

TEST_F(ReloaderTest, WhatCannotWaitAnyLongerIsRefused) {
  start();
  std::promise<void> entered, leave;
  std::jthread first([&] {
    reloader_->run([&](Applier&) {
      entered.set_value();
      leave.get_future().wait();
    });
  });
  entered.get_future().wait();
  std::atomic<int> ran{0}, refused{0};
  std::vector<std::jthread> more;
  for (int i = 0; i < 20; ++i) more.emplace_back([&] { ++(reloader_->run([](Applier&) {}) ? ran : refused); });
  EXPECT_TRUE(eventually([&] { return refused == 13; })) << "one runs, seven wait";
  leave.set_value();
  more.clear();
  EXPECT_EQ(ran, 7);
}

TEST_F(ReloaderTest, StoppedItRefuses) {
  start();
  reloader_->stop();
  EXPECT_FALSE(reloader_->reload(Source::api));
  EXPECT_FALSE(reloader_->run([](Applier&) {}));
  reloader_->request(Source::signal);
}

TEST_F(ReloaderTest, WorkThatThrowsEndsNothing) {
  start();
  EXPECT_TRUE(reloader_->run([](Applier&) { throw std::runtime_error("no"); }));
  EXPECT_TRUE(reloader_->reload(Source::api));
  EXPECT_TRUE(log_.has("config_work_failed error=no"));
}

// The storm of the issue in small, for ThreadSanitizer: requests take snapshots on every thread while they are swapped.
TEST_F(ReloaderTest, RequestsFindAWholeSnapshotAtAnyMoment) {
  start();
  std::atomic<bool> end{false};
  std::atomic<int> wrong{0};
  std::vector<std::jthread> requests;
  for (int i = 0; i < 4; ++i) {
    requests.emplace_back([&] {
      while (!end) {
        const auto snapshot = snapshots_.get();
        if (snapshot->recipes.size() != 1 || snapshot->recipes[0].decisions.at(0).name != "only") ++wrong;
      }
    });
  }
  for (int i = 0; i < 40; ++i) {
    folder_.write(config_text(i % 2 == 0 ? "second" : "third"));
    EXPECT_TRUE(reloader_->reload(Source::api)->good());
  }
  end = true;
  requests.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_TRUE(eventually([&] { return gauge("signalbox_config_snapshots") == 1; }));
}

}  // namespace
}  // namespace signalbox::lifecycle::testing
