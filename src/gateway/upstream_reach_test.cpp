// Names, several addresses, proxies, and the bound on requests: how a backend is reached, over real sockets.
#include <gmock/gmock.h>

#include <future>

#include "gateway/cares_lookup.h"
#include "gateway/connect_race.h"
#include "gateway/dns_fixture.h"
#include "gateway/proxy_fixture.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::NameServer;
using ::testing::Not;
using testing::post;
using testing::ScriptedPeer;
using testing::Wire;
using Kind = UpstreamError::Kind;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

class ReachTest : public testing::ProxyFixture {
 protected:
  void use(UpstreamOptions options) { client_ = std::make_unique<UpstreamClient>(io_, metrics_, std::move(options)); }
  void use_proxy(const std::string& name, std::uint16_t port) {
    const std::string url = "http://user:secret@127.0.0.1:" + std::to_string(port);
    use({ProxySettings(
             [name, url](const std::string& asked) { return asked == name ? std::optional(url) : std::nullopt; }),
         {}});
  }
  BackendConfig named(const std::string& host, std::uint16_t port) {
    BackendConfig config = at(port);
    config.host = host;
    return config;
  }
  static void wait_for(const std::function<bool()>& condition) {
    for (int i = 0; i < 1000 && !condition(); ++i) std::this_thread::sleep_for(10ms);
    EXPECT_TRUE(condition());
  }
  NameServer names_;
};

NameLookup::Result look_up(CaresLookup& lookup, const std::string& host) {
  auto promise = std::make_shared<std::promise<NameLookup::Result>>();
  auto result = promise->get_future();
  lookup.start(host, [promise](NameLookup::Result answer) { promise->set_value(std::move(answer)); });
  return result.get();
}

TEST_F(ReachTest, LookUpTellsAddressesAndTimeToLive) {
  names_.set("backend.test", {"127.0.0.3", "127.0.0.4"}, 7);
  CaresLookup lookup(names_.servers());
  const NameLookup::Result found = look_up(lookup, "backend.test");
  EXPECT_EQ(found.addresses.size(), 2u);
  EXPECT_EQ(found.ttl, 7s);
  const NameLookup::Result missing = look_up(lookup, "nobody.test");
  EXPECT_TRUE(missing.addresses.empty());
  EXPECT_THAT(missing.error, Not(::testing::IsEmpty()));
}

TEST_F(ReachTest, LookUpThatIsStoppedAnswersWithAnError) {
  CaresLookup lookup("127.0.0.1:9");  // nobody there
  auto promise = std::make_shared<std::promise<std::string>>();
  lookup.start("backend.test", [promise](const NameLookup::Result& answer) { promise->set_value(answer.error); });
  lookup.stop();
  EXPECT_THAT(promise->get_future().get(), Not(::testing::IsEmpty()));
  EXPECT_FALSE(look_up(lookup, "backend.test").error.empty());
}

TEST(InTurns, FamiliesAlternateFromTheFirst) {
  std::vector<asio::ip::address> addresses;
  for (const char* text : {"::1", "::2", "::3", "1.1.1.1", "2.2.2.2"})
    addresses.push_back(asio::ip::make_address(text));
  std::vector<std::string> order;
  for (const auto& address : in_turns(addresses)) order.push_back(address.to_string());
  EXPECT_THAT(order, ElementsAre("::1", "1.1.1.1", "::2", "2.2.2.2", "::3"));
}

TEST_F(ReachTest, ARefusingAddressIsPassedOver) {
  ScriptedPeer peer;  // on 127.0.0.1 only
  names_.set("backend.test", {"127.0.0.2", "127.0.0.3", "127.0.0.1"}, 60);
  use({{}, names_.servers()});
  Wire client = proxy(named("backend.test", peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  EXPECT_THAT(upstream.read_until("\r\n\r\n"), HasSubstr("Host: backend.test:"));
  upstream.send(kOk);
  EXPECT_EQ(client.read_answer().body, "ok");
}

// An address that swallows packets: its queue of connections is full.
TEST_F(ReachTest, ASilentAddressCostsAHeadStartAndNotATimeout) {
  ScriptedPeer peer;
  sockaddr_in silent = testing::loopback(peer.port());
  silent.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
  int full = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(full, reinterpret_cast<sockaddr*>(&silent), sizeof silent), 0);
  ASSERT_EQ(::listen(full, 0), 0);
  std::vector<int> fillers;
  for (int i = 0; i < 4; ++i) {
    fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    ::connect(fillers.back(), reinterpret_cast<sockaddr*>(&silent), sizeof silent);
  }
  names_.set("backend.test", {"127.0.0.2", "127.0.0.1"}, 60);
  use({{}, names_.servers()});
  BackendConfig config = named("backend.test", peer.port());
  config.timeouts.connect = 9s;
  Wire client = proxy(config);
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  upstream.send(kOk);
  EXPECT_EQ(client.read_answer().body, "ok");
  for (int fd : fillers) ::close(fd);
  ::close(full);
}

TEST_F(ReachTest, PooledConnectionsToAddressesThatAreGoneAreDropped) {
  ScriptedPeer before;
  sockaddr_in second = testing::loopback(before.port());
  second.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
  int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&second), sizeof second), 0);
  ASSERT_EQ(::listen(listener, 4), 0);
  names_.set("backend.test", {"127.0.0.1"}, 0);  // one second, the shortest
  use({{}, names_.servers()});
  Wire client = proxy(named("backend.test", before.port()));
  client.send(post("/1", "{}"));
  Wire old = before.accept();
  old.read_until("\r\n\r\n{}");
  old.send(kOk);
  EXPECT_EQ(client.read_answer().body, "ok");
  names_.set("backend.test", {"127.0.0.2"}, 60);
  std::thread moved([listener] {
    Wire upstream(::accept(listener, nullptr, nullptr));
    upstream.read_until("\r\n\r\n{}");
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nmoved");
    upstream.at_end();
  });
  // The pooled connection serves on until the name's new address has arrived.
  std::string body = "ok";
  for (int i = 0; i < 100 && body == "ok"; ++i) {
    std::this_thread::sleep_for(100ms);
    client.send(post("/2", "{}"));
    std::thread answer_old([&] {
      if (!old.read_until("{}").empty()) old.send(kOk);
    });
    body = client.read_answer().body;
    if (body == "moved") old.shut_down();
    answer_old.join();
  }
  EXPECT_EQ(body, "moved");
  client.close();
  server_->stop(0ms);
  client_.reset();
  moved.join();
  ::close(listener);
}

TEST_F(ReachTest, PlainHttpGoesThroughAProxyInAbsoluteForm) {
  ScriptedPeer peer;
  use_proxy("http_proxy", peer.port());
  Wire client = proxy(named("backend.test", 8000));
  client.send(post("/v1/x?q=1", "{}", "Proxy-Authorization: Basic dGhlaXJz\r\n"));
  Wire upstream = peer.accept();
  const std::string head = upstream.read_until("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("POST http://backend.test:8000/v1/x?q=1 HTTP/1.1\r\nHost: backend.test:8000\r\n"));
  EXPECT_THAT(head, HasSubstr("Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("dGhlaXJz")));
  upstream.send(kOk);
  EXPECT_EQ(client.read_answer().body, "ok");
}

TEST_F(ReachTest, HttpsGoesThroughATunnel) {
  ScriptedPeer peer;
  use_proxy("HTTPS_PROXY", peer.port());
  BackendConfig config = named("backend.test", 443);
  config.tls = true;
  Wire client = proxy(config);
  client.send(post("/v1/x", "{}"));
  Wire upstream = peer.accept();
  const std::string head = upstream.read_until("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("CONNECT backend.test:443 HTTP/1.1\r\nHost: backend.test:443\r\n"));
  EXPECT_THAT(head, HasSubstr("Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"));
  upstream.send("HTTP/1.1 200 Connection established\r\n\r\n");
  EXPECT_THAT(upstream.read_exactly(3), HasSubstr("\x16\x03"));  // TLS begins inside
  upstream.close();
  EXPECT_EQ(client.read_answer().status, 502);
  EXPECT_EQ(handler_->result().error->kind, Kind::tls_failed);
}

TEST_F(ReachTest, AProxyThatRefusesIsConnectFailed) {
  const std::string cases[] = {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno",
                               "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nbytes that nobody asked for"};
  ScriptedPeer peer;
  use_proxy("https_proxy", peer.port());
  BackendConfig config = named("backend.test", 443);
  config.tls = true;
  Wire client = proxy(config);
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    client.send(post("/v1/x", "{}"));
    Wire upstream = peer.accept();
    upstream.read_until("\r\n\r\n");
    upstream.send(cases[i]);
    EXPECT_EQ(client.read_answer().status, 502);
    EXPECT_EQ(handler_->result(i).error->kind, Kind::connect_failed) << i;
    EXPECT_THAT(handler_->result(i).error->detail, Not(HasSubstr("secret")));
  }
}

TEST_F(ReachTest, RequestsBeyondTheBoundWaitInOrderAndThenAreRefused) {
  IoThreads one(1);  // the bound is per I/O thread
  HttpServer server(one, log_, metrics_);
  UpstreamClient upstream_client(one, metrics_);
  ScriptedPeer peer;
  BackendConfig config = at(peer.port());
  config.name = "b1";
  config.max_connections = 1;
  config.max_pending = 1;
  auto handler = std::make_shared<testing::ProxyHandler>(upstream_client, upstream_client.make_backend(config));
  const std::uint16_t port = server.listen({}, handler, {});
  Wire first = Wire::connect(port);
  first.send(post("/1", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  Wire second = Wire::connect(port);
  second.send(post("/2", "{}"));
  Wire third = Wire::connect(port);
  third.send(post("/3", "{}"));
  // One of the two waits and the other is refused at once; which one is first is not ours to say.
  wait_for([this] { return errors("upstream_overloaded") == 1; });
  upstream.send(kOk);
  EXPECT_EQ(first.read_answer().body, "ok");
  const std::string head = upstream.read_until("{}");  // on the same connection
  upstream.send(kOk);
  const auto two = second.read_answer(), three = third.read_answer();
  EXPECT_EQ(two.status + three.status, 703) << head;
  const auto& refused = two.status == 503 ? two : three;
  EXPECT_THAT(refused.head, HasSubstr("retry-after: 1"));
  EXPECT_THAT(refused.body, HasSubstr("upstream_overloaded"));
  server.stop(0ms);
}

TEST_F(ReachTest, AClientThatLeavesTheQueueIsForgotten) {
  IoThreads one(1);
  HttpServer server(one, log_, metrics_);
  UpstreamClient upstream_client(one, metrics_);
  ScriptedPeer peer;
  BackendConfig config = at(peer.port());
  config.name = "b1";
  config.max_connections = 1;
  auto handler = std::make_shared<testing::ProxyHandler>(upstream_client, upstream_client.make_backend(config));
  const std::uint16_t port = server.listen({}, handler, {});
  Wire first = Wire::connect(port);
  first.send(post("/1", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  {
    Wire waiting = Wire::connect(port);
    waiting.send(post("/2", "{}"));
    wait_for([this] { return metric(R"(signalbox_upstream_pending_requests{backend="b1"})") == 1; });
  }
  EXPECT_EQ(handler->result().error->kind, Kind::cancelled);
  upstream.send(kOk);
  EXPECT_EQ(first.read_answer().body, "ok");
  Wire third = Wire::connect(port);
  third.send(post("/3", "{}"));
  EXPECT_THAT(upstream.read_until("{}"), HasSubstr("POST /3"));
  upstream.send(kOk);
  EXPECT_EQ(third.read_answer().body, "ok");
  server.stop(0ms);
}

}  // namespace
}  // namespace signalbox::gateway
