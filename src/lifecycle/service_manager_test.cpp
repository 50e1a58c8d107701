#include "lifecycle/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <map>

namespace signalbox::lifecycle {
namespace {

using namespace std::chrono_literals;
using Variables = std::map<std::string, std::string>;

config::Environment environment(Variables variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

// What systemd has.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& name) : name_(name), fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, name.data(), name.size());
    if (name.front() == '@') at.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&at), length) != 0)
      throw std::runtime_error(std::strerror(errno));
  }
  ~NotifySocket() {
    ::close(fd_);
    if (name_.front() == '/') std::filesystem::remove(name_);
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;
  // The next datagram; "" when there is none.
  std::string next() const {
    std::array<char, 4096> buffer;
    const ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), 0);
    return n < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(n));
  }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  int fd_;
};

std::string unique(const std::string& before) {
  return before + "signalbox-notify-" + std::to_string(::getpid());
}

class ServiceManagerTest : public testing::TestWithParam<std::string> {
 protected:
  telemetry::ManualClock clock_;
  NotifySocket socket_{unique(GetParam())};
};

TEST_P(ServiceManagerTest, SaysWhatHappens) {
  const ServiceManager manager(environment({{"NOTIFY_SOCKET", socket_.name()}}), clock_);
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
  const ServiceManager manager(environment({{"NOTIFY_SOCKET", socket_.name()}}), clock_);
  for (int i = 0; i < 10'000; ++i) manager.alive();
  EXPECT_EQ(socket_.next(), "WATCHDOG=1");
}

INSTANTIATE_TEST_SUITE_P(Names, ServiceManagerTest, testing::Values("/tmp/", "@"),
                         [](const auto& one) { return one.param == "@" ? "Abstract" : "Path"; });

TEST(ServiceManager, WithoutASocketNothingHappens) {
  const telemetry::ManualClock clock;
  for (const Variables& variables :
       {Variables{}, Variables{{"NOTIFY_SOCKET", ""}}, Variables{{"NOTIFY_SOCKET", "relative"}},
        Variables{{"NOTIFY_SOCKET", "/" + std::string(200, 'x')}}, Variables{{"NOTIFY_SOCKET", "/nobody/is/here"}}}) {
    const ServiceManager manager(environment(variables), clock);
    manager.ready("x");
    manager.stopping("x");
  }
}

TEST(ServiceManager, TheWatchdogIsForTheProcessItNames) {
  const telemetry::ManualClock clock;
  const auto interval = [&](Variables variables) {
    variables["NOTIFY_SOCKET"] = "@nobody";
    return ServiceManager(environment(variables), clock).watchdog_interval();
  };
  EXPECT_EQ(interval({{"WATCHDOG_USEC", "2000000"}}), 2s);
  EXPECT_EQ(interval({{"WATCHDOG_USEC", "2000000"}, {"WATCHDOG_PID", std::to_string(::getpid())}}), 2s);
  EXPECT_FALSE(interval({{"WATCHDOG_USEC", "2000000"}, {"WATCHDOG_PID", "1"}}));
  EXPECT_FALSE(interval({{"WATCHDOG_USEC", "0"}}));
  EXPECT_FALSE(interval({{"WATCHDOG_USEC", "soon"}}));
  EXPECT_FALSE(interval({}));
}

}  // namespace
}  // namespace signalbox::lifecycle
