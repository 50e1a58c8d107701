// Giving a request up on its way to a backend: in the queue, among several addresses, in a proxy's tunnel; see
// cancel_fixture.h.
#include <gmock/gmock.h>

#include "gateway/cancel_fixture.h"
#include "gateway/dns_fixture.h"

namespace signalbox::gateway {
namespace {

using testing::eventually;
using testing::post;
using testing::ScriptedPeer;
using testing::Wire;

class CancelReachTest : public testing::CancelTest {};
INSTANTIATE_TEST_SUITE_P(By, CancelReachTest, ::testing::ValuesIn(testing::kEveryWay), testing::name_of);

TEST_P(CancelReachTest, WaitingForTheProxysTunnel) {
  ScriptedPeer peer;
  const std::string url = "http://127.0.0.1:" + std::to_string(peer.port());
  client_ = std::make_unique<UpstreamClient>(io_, metrics_,
                                             UpstreamOptions{ProxySettings([&](const std::string& name) {
                                                               return name == "https_proxy" ? std::optional(url)
                                                                                            : std::nullopt;
                                                             }),
                                                             {}});
  BackendConfig config = at(443);
  config.host = "backend.test";
  config.tls = true;
  Wire client = proxy(config);
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  ASSERT_FALSE(upstream.read_until("\r\n\r\n").empty());
  upstream.send("HTTP/1.1 20");
  give_up(client);
  expect_cancelled();
  EXPECT_TRUE(upstream.at_end());
}

// A listener whose queue of connections is full: further SYNs get no answer.
class SilentAddress {
 public:
  SilentAddress(std::uint32_t offset, std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = testing::loopback(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + offset);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::listen(fd_, 0);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    for (int& filler : fillers_) {
      filler = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      ::connect(filler, reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
  }
  ~SilentAddress() {
    for (int filler : fillers_) ::close(filler);
    ::close(fd_);
  }
  SilentAddress(const SilentAddress&) = delete;
  SilentAddress& operator=(const SilentAddress&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  int fd_;
  std::uint16_t port_ = 0;
  std::array<int, 3> fillers_{};
};

TEST_P(CancelReachTest, RacingAddresses) {
  SilentAddress first(1, 0), second(2, first.port());
  testing::NameServer names;
  names.set("backend.test", {"127.0.0.2", "127.0.0.3"}, 60);
  client_ = std::make_unique<UpstreamClient>(io_, metrics_, UpstreamOptions{{}, names.servers()});
  BackendConfig config = at(first.port());
  config.host = "backend.test";
  Wire client = proxy(config);
  client.send(post("/s", "{}"));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // both are under way, or the look-up is: all end alike
  give_up(client);
  expect_cancelled();
}

TEST_P(CancelReachTest, WaitingInTheQueue) {
  ScriptedPeer peer;
  BackendConfig config = at(peer.port());
  config.max_connections = 1;
  Wire first = proxy(config);
  std::vector<Wire> clients;  // enough for two of them to share an I/O thread
  clients.push_back(std::move(first));
  while (clients.size() < 4) clients.push_back(Wire::connect(port_));
  for (Wire& client : clients) client.send(post("/s", "{}"));
  ASSERT_TRUE(eventually([&] { return metric(R"(signalbox_upstream_pending_requests{backend="b1"})") == 2; }));
  for (Wire& client : clients) give_up(client);
  expect_connections_gone();
  EXPECT_EQ(errors("cancelled"), 4);
  EXPECT_EQ(metric(R"(signalbox_upstream_pending_requests{backend="b1"})"), 0);
}

}  // namespace
}  // namespace signalbox::gateway
