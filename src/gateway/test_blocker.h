// Holds one thread of a ComputePool until it is let go, or until this is destroyed. The job owns what it waits on: the
// test may end while the job is only about to wake up. (Once it waited on the test's stack, and sometimes for ever.)
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "gateway/compute_pool.h"
#include "gateway/test_sockets.h"

namespace signalbox::gateway::testing {

class Blocker {
 public:
  explicit Blocker(ComputePool& pool, Lane lane = Lane::fast) {
    EXPECT_TRUE(pool.try_post(
        [signals = signals_] {
          signals->entered.fire();
          signals->leave.wait();
        },
        lane));
  }
  ~Blocker() { release(); }
  Blocker(const Blocker&) = delete;
  Blocker& operator=(const Blocker&) = delete;

  bool running() { return signals_->entered.wait(); }  // waits for it
  bool started() const { return signals_->entered.fired(); }
  void release() { signals_->leave.fire(); }

 private:
  struct Signals {
    Signal entered, leave;
  };
  std::shared_ptr<Signals> signals_ = std::make_shared<Signals>();
};

}  // namespace signalbox::gateway::testing
