#include "lifecycle/service_manager.h"

#include <gtest/gtest.h>

#include "lifecycle/notify_socket.h"

namespace signalbox::lifecycle::testing {
namespace {

using namespace std::chrono_literals;
using Variables = std::map<std::string, std::string>;

class ServiceManagerTest : public ::testing::TestWithParam<std::string> {
 protected:
  telemetry::ManualClock clock_;
  NotifySocket socket_{unique_name(GetParam())};
};

TEST_P(ServiceManagerTest, SaysWhatHappens) {
  const ServiceManager manager(environment_of({{"NOTIFY_SOCKET", socket_.name()}}), clock_);
  manager.ready("serving on\nport 1");
  EXPECT_EQ(socket_.next(), "READY=1\nSTATUS=serving on port 1");
  clock_.advance(1500us);
  manager.reloading();
  EXPECT_EQ(socket_.next(), "RELOADING=1\nMONOTONIC_USEC=1500");
  manager.alive();
  EXPECT_EQ(socket_.next(), "WATCHDOG=1");
  manager.stopping("draining");
  EXPECT_EQ(socket_.next(), "STOPPING=1\nSTATUS=draining");
  EXPECT_EQ(socket_.next(), "");
  EXPECT_FALSE(manager.watchdog_interval());
}

TEST_P(ServiceManagerTest, AFullSocketBlocksNobody) {
  const ServiceManager manager(environment_of({{"NOTIFY_SOCKET", socket_.name()}}), clock_);
  for (int i = 0; i < 10'000; ++i) manager.alive();
  EXPECT_EQ(socket_.next(), "WATCHDOG=1");
}

INSTANTIATE_TEST_SUITE_P(Names, ServiceManagerTest, ::testing::Values("/tmp/", "@"),
                         [](const auto& one) { return one.param == "@" ? "Abstract" : "Path"; });

TEST(ServiceManager, WithoutASocketNothingHappens) {
  const telemetry::ManualClock clock;
  for (const Variables& variables :
       {Variables{}, Variables{{"NOTIFY_SOCKET", ""}}, Variables{{"NOTIFY_SOCKET", "relative"}},
        Variables{{"NOTIFY_SOCKET", "/" + std::string(200, 'x')}}, Variables{{"NOTIFY_SOCKET", "/nobody/is/here"}}}) {
    const ServiceManager manager(environment_of(variables), clock);
    manager.ready("x");
    manager.stopping("x");
  }
}

TEST(ServiceManager, TheWatchdogIsForTheProcessItNames) {
  const telemetry::ManualClock clock;
  const auto interval = [&](Variables variables) {
    variables["NOTIFY_SOCKET"] = "@nobody";
    return ServiceManager(environment_of(variables), clock).watchdog_interval();
  };
  EXPECT_EQ(interval({{"WATCHDOG_USEC", "2000000"}}), 2s);
  EXPECT_EQ(interval({{"WATCHDOG_USEC", "2000000"}, {"WATCHDOG_PID", std::to_string(::getpid())}}), 2s);
  EXPECT_FALSE(interval({{"WATCHDOG_USEC", "2000000"}, {"WATCHDOG_PID", "1"}}));
  EXPECT_FALSE(interval({{"WATCHDOG_USEC", "0"}}));
  EXPECT_FALSE(interval({{"WATCHDOG_USEC", "soon"}}));
  EXPECT_FALSE(interval({}));
}

}  // namespace
}  // namespace signalbox::lifecycle::testing
