// Giving a request up while a backend is looked up, connected to, written to or waited for; see cancel_fixture.h.
#include "gateway/cancel_fixture.h"

#include <gmock/gmock.h>
#include <sys/ioctl.h>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using ::testing::HasSubstr;
using testing::post;
using testing::ScriptedPeer;
using testing::Wire;

class CancelUpstreamTest : public testing::CancelTest {};
INSTANTIATE_TEST_SUITE_P(By, CancelUpstreamTest, ::testing::ValuesIn(testing::kEveryWay), testing::name_of);

TEST_P(CancelUpstreamTest, LookingUpTheBackendsName) {
  const int silent = ::socket(AF_INET, SOCK_DGRAM, 0);  // a name server that takes its time
  sockaddr_in address = testing::loopback(0);
  ASSERT_EQ(::bind(silent, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  socklen_t size = sizeof address;
  ::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size);
  client_ = std::make_unique<UpstreamClient>(
      io_, metrics_, UpstreamOptions{{}, "127.0.0.1:" + std::to_string(ntohs(address.sin_port))});
  BackendConfig config = at(1);
  config.host = "slow.cancel.test";
  Wire client = proxy(config);
  client.send(post("/s", "{}"));
  Wire question(silent);
  ASSERT_TRUE(question.fill());
  give_up(client);
  expect_cancelled();  // while the look-up still runs; its end finds nobody
}

TEST_P(CancelUpstreamTest, Connecting) {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = testing::loopback(0);
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::listen(fd, 0);
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  const std::uint16_t port = ntohs(address.sin_port);
  Wire first = Wire::connect(port);  // the queue of one is full: a further SYN gets no answer
  Wire client = proxy(at(port));
  client.send(post("/s", "{}"));
  ASSERT_TRUE(eventually([&] { return testing::connecting_to(port) == 1; }));
  give_up(client);
  expect_cancelled();
  EXPECT_TRUE(eventually([&] { return testing::connecting_to(port) == 0; }));
  ::close(fd);
}

TEST_P(CancelUpstreamTest, InTheTlsHandshake) {
  ScriptedPeer peer;
  BackendConfig config = at(peer.port());
  config.tls = true;
  Wire client = proxy(config);
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  ASSERT_EQ(upstream.read_exactly(1), "\x16");  // the ClientHello
  give_up(client);
  expect_cancelled();
  upstream.read_to_end();
  EXPECT_TRUE(upstream.at_end());
}

TEST_P(CancelUpstreamTest, SendingTheRequest) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", std::string(24u << 20, 'x')));
  const int fd = peer.accept_fd();
  int waiting = 0, before = -1;
  ASSERT_TRUE(eventually([&] {  // until the kernel takes no more
    before = std::exchange(waiting, 0);
    ::ioctl(fd, FIONREAD, &waiting);
    std::this_thread::sleep_for(50ms);
    return waiting > 0 && waiting == before;
  }));
  give_up(client);
  expect_cancelled();
  Wire upstream(fd);
  EXPECT_LT(upstream.read_to_end().size(), 24u << 20);
}

TEST_P(CancelUpstreamTest, WaitingForTheHead) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  upstream.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX-Half");
  give_up(client);
  expect_cancelled();
  EXPECT_TRUE(upstream.at_end());
}

TEST_P(CancelUpstreamTest, InTheBodyOfTheAnswer) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  client.read_until("abc");
  give_up(client);
  expect_cancelled();
  EXPECT_TRUE(upstream.at_end());
}

}  // namespace
}  // namespace signalbox::gateway
