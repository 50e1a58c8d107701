// Giving a request up while its client shakes hands, while it waits for its turn at a backend, while several addresses
// are tried, and while a proxy opens a tunnel; see cancel_fixture.h.
#include "gateway/cancel_fixture.h"

#include <gmock/gmock.h>

#include "gateway/dns_fixture.h"
#include "gateway/test_certificates.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using ::testing::HasSubstr;
using testing::post;
using testing::ScriptedPeer;
using testing::Wire;

class CancelReachTest : public testing::CancelTest {
 protected:
  void use(UpstreamOptions options) { client_ = std::make_unique<UpstreamClient>(io_, metrics_, std::move(options)); }
  double pending() const { return metric(R"(signalbox_upstream_pending_requests{backend="b1"})"); }
};
INSTANTIATE_TEST_SUITE_P(By, CancelReachTest, ::testing::ValuesIn(testing::kEveryWay), testing::name_of);

TEST_P(CancelReachTest, InTheClientsTlsHandshake) {
  testing::PemFolder folder;
  const testing::Pair pair("first");
  TlsOptions options;
  options.cert_file = folder.write("cert.pem", pair.cert);
  options.key_file = folder.write("key.pem", pair.key);
  handler_ = std::make_shared<testing::ProxyHandler>(*client_, client_->make_backend(at(1)));
  Wire client = Wire::connect(server_->listen({}, handler_, {}, options));
  client.send("\x16\x03\x01");  // the beginning of a ClientHello
  ASSERT_TRUE(eventually([this] { return server_->connections() == 1; }));
  give_up(client);
  expect_connections_gone();
}

TEST_P(CancelReachTest, WaitingForItsTurn) {
  ScriptedPeer peer;
  BackendConfig config = at(peer.port());
  config.max_connections = 1;  // on each of the two I/O threads, which take connections in turns
  Wire first = proxy(config);
  Wire second = Wire::connect(port_);
  first.send(post("/1", "{}"));
  second.send(post("/2", "{}"));
  Wire one = peer.accept(), two = peer.accept();
  one.read_until("{}");
  two.read_until("{}");
  Wire client = Wire::connect(port_);
  client.send(post("/3", "{}"));
  ASSERT_TRUE(eventually([this] { return pending() == 1; }));
  give_up(client);
  EXPECT_EQ(handler_->result().error->kind, UpstreamError::Kind::cancelled);
  EXPECT_TRUE(eventually([this] { return pending() == 0; }));
  if (GetParam() == testing::GivenUpBy::server_stop) return expect_connections_gone();
  one.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");  // the turn that nobody waits for is free again
  two.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(first.read_answer().body + second.read_answer().body, "okok");
  first.send(post("/4", "{}"));
  second.send(post("/5", "{}"));
  EXPECT_THAT(one.read_until("{}") + two.read_until("{}"), HasSubstr("POST /4"));
}

TEST_P(CancelReachTest, TryingSeveralAddresses) {
  sockaddr_in address = testing::loopback(0);
  int full = ::socket(AF_INET, SOCK_STREAM, 0);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  ::bind(full, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::listen(full, 0);
  socklen_t size = sizeof address;
  ::getsockname(full, reinterpret_cast<sockaddr*>(&address), &size);
  const std::uint16_t port = ntohs(address.sin_port);
  Wire filler = Wire::connect(port);  // the queue of one is full, at every address
  testing::NameServer names;
  names.set("backend.test", {"127.0.0.2", "127.0.0.1"}, 60);
  use({{}, names.servers()});
  BackendConfig config = at(port);
  config.host = "backend.test";
  Wire client = proxy(config);
  client.send(post("/s", "{}"));
  ASSERT_TRUE(eventually([&] { return testing::connecting_to(port) == 2; }));
  give_up(client);
  expect_cancelled();
  EXPECT_TRUE(eventually([&] { return testing::connecting_to(port) == 0; }));
  ::close(full);
}

TEST_P(CancelReachTest, InTheProxysTunnel) {
  ScriptedPeer peer;
  const std::string url = "http://127.0.0.1:" + std::to_string(peer.port());
  use({ProxySettings(
           [url](const std::string& asked) { return asked == "https_proxy" ? std::optional(url) : std::nullopt; }),
       {}});
  BackendConfig config = at(443);
  config.host = "backend.test";
  config.tls = true;
  Wire client = proxy(config);
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  ASSERT_THAT(upstream.read_until("\r\n\r\n"), HasSubstr("CONNECT backend.test:443"));
  upstream.send("HTTP/1.1 200 Conn");
  give_up(client);
  expect_cancelled();
  EXPECT_TRUE(upstream.at_end());
}

}  // namespace
}  // namespace signalbox::gateway
