// For tests: a request that is given up somewhere on its way, by a client that closes, one that resets, or a server
// that stops. The places are listed in docs/ARCHITECTURE.md, "Coroutine lifetimes". Under ASan the tests are also the
// proof that no coroutine is resumed, and no callback runs, after what it refers to is gone.
#pragma once

#include <array>
#include <fstream>
#include <functional>
#include <sstream>

#include "gateway/proxy_fixture.h"

namespace signalbox::gateway::testing {

enum class GivenUpBy : std::uint8_t { client_close, client_reset, server_stop };

inline bool eventually(const std::function<bool()>& check) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!check()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

// How many sockets of ours wait for an answer to their SYN from this port.
inline int connecting_to(std::uint16_t port) {
  std::ifstream table("/proc/net/tcp");
  std::ostringstream remote;
  remote << std::hex << std::uppercase << ":" << std::string(port < 0x1000 ? "0" : "") << port << " 02 ";
  int count = 0;
  for (std::string line; std::getline(table, line);) count += line.contains(remote.str()) ? 1 : 0;
  return count;
}

class CancelTest : public ProxyFixture, public ::testing::WithParamInterface<GivenUpBy> {
 protected:
  void give_up(Wire& client) {
    switch (GetParam()) {
      case GivenUpBy::client_close:
        return client.close();
      case GivenUpBy::client_reset:
        return client.reset();
      case GivenUpBy::server_stop:
        server_->stop(std::chrono::milliseconds(0));
        return;
    }
  }
  void expect_connections_gone() {
    EXPECT_TRUE(eventually([this] { return server_->connections() == 0; }));
    EXPECT_EQ(metric(R"(signalbox_http_connections{listener="gateway"})"), 0);
  }
  void expect_cancelled() {
    const ForwardResult result = handler_->result();
    ASSERT_TRUE(result.error.has_value());
    EXPECT_EQ(result.error->kind, UpstreamError::Kind::cancelled);
    EXPECT_FALSE(result.complete);
    expect_connections_gone();
    EXPECT_EQ(errors("cancelled"), 1);
    if (GetParam() == GivenUpBy::server_stop) return;  // 499 tells of clients
    EXPECT_EQ(metric(R"(signalbox_http_requests_total{listener="gateway",status="499"})"), 1);
  }
};

inline std::string name_of(const ::testing::TestParamInfo<GivenUpBy>& info) {
  constexpr std::array kNames = {"ClientClose", "ClientReset", "ServerStop"};
  return kNames[static_cast<std::size_t>(info.param)];
}
inline constexpr std::array kEveryWay = {GivenUpBy::client_close, GivenUpBy::client_reset, GivenUpBy::server_stop};

}  // namespace signalbox::gateway::testing
