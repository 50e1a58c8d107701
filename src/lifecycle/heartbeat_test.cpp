#include "lifecycle/heartbeat.h"

#include <gtest/gtest.h>

#include <atomic>

#include "lifecycle/notify_socket.h"

namespace signalbox::lifecycle::testing {
namespace {

using namespace std::chrono_literals;

// Waits end after a minute, so that a defect fails a test instead of hanging it.
template <class Condition>
bool eventually(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

TEST(Heartbeat, BeatsOnlyWhileTheLoopsAnswer) {
  const telemetry::ManualClock clock;
  const NotifySocket socket(unique_name("@heartbeat-"));
  const ServiceManager manager(environment_of({{"NOTIFY_SOCKET", socket.name()}, {"WATCHDOG_USEC", "3000"}}), clock);
  std::atomic<bool> answering{false};
  std::atomic<int> asked{0};
  const Heartbeat heartbeat(manager, [&](std::chrono::milliseconds within) {
    EXPECT_EQ(within, 1ms);
    ++asked;
    return answering.load();
  });
  EXPECT_TRUE(eventually([&] { return asked > 5; }));
  EXPECT_EQ(socket.next(), "") << "asked, and not answered";
  answering = true;
  EXPECT_TRUE(eventually([&] { return socket.next() == "WATCHDOG=1"; }));
}

TEST(Heartbeat, NobodyIsAskedWithoutAWatchdog) {
  const telemetry::ManualClock clock;
  const ServiceManager manager(environment_of({}), clock);
  std::atomic<int> asked{0};
  {
    const Heartbeat heartbeat(manager, [&](std::chrono::milliseconds) { return ++asked > 0; });
  }
  EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace signalbox::lifecycle::testing
