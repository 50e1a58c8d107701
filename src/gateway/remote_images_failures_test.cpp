// Pictures by URL that cannot be fetched: every way is evidence, the URL stays, and nobody is asked twice.
#include <array>
#include <cstdio>

#include "gateway/dns_fixture.h"
#include "gateway/remote_images_fixture.h"

namespace signalbox::gateway {
namespace {

using testing::answer;
using ::testing::IsEmpty;
using testing::kPng;
using testing::NameServer;
using testing::RemoteImagesTest;
using testing::Wire;

// A PNG of so many bytes.
std::string picture(std::size_t bytes) {
  return kPng + std::string(bytes - kPng.size(), '\0');
}

std::string in_chunks(const std::string& body) {
  constexpr std::size_t kChunk = 512;
  std::string out = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += kChunk) {
    std::array<char, 16> size{};
    const std::string piece = body.substr(at, kChunk);
    std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
    out += size.data() + piece + "\r\n";
  }
  return out + "0\r\n\r\n";
}

class RemoteImageFailuresTest : public RemoteImagesTest {
 protected:
  // One picture, perhaps in several places, which fails so.
  void expect_failure(const std::string& picture_url, const std::string& outcome, std::size_t places = 1) {
    const std::string body = body_of(std::vector<std::string>(places, picture_url));
    const auto run = judge(body);
    EXPECT_FALSE(run->reply);
    EXPECT_EQ(reason(*run), "fetch_failed");
    EXPECT_EQ(decision(*run), "fetch_failed");
    EXPECT_EQ(run->exchange->request->body(), body);
    EXPECT_THAT(reader_.seen(), IsEmpty());
    EXPECT_EQ(fetches(outcome), 1) << metrics_.text();
  }
  void expect_failure_of(std::string response, const std::string& outcome, const std::string& more = "timeout: 50s") {
    start(config(from_peer(more)));
    serve(std::move(response));
    expect_failure(url("/a"), outcome);
    EXPECT_EQ(connections(), 1);
  }
};

TEST_F(RemoteImageFailuresTest, NotFound) {
  expect_failure_of("HTTP/1.1 404 Not Found\r\nContent-Type: image/png\r\nContent-Length: 8\r\n\r\n" + kPng,
                    "bad_status");
}

TEST_F(RemoteImageFailuresTest, RedirectToTheSameServer) {
  expect_failure_of("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n", "redirected");
}

TEST_F(RemoteImageFailuresTest, RedirectElsewhere) {
  expect_failure_of("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
                    "redirected");
}

TEST_F(RemoteImageFailuresTest, PageInsteadOfAPicture) {
  expect_failure_of(answer("<html>Sign in</html>", "Content-Type: text/html\r\n"), "not_an_image");
}

TEST_F(RemoteImageFailuresTest, PictureThatIsCalledAPage) {
  expect_failure_of(answer(kPng, "Content-Type: text/html\r\n"), "not_an_image");
}

TEST_F(RemoteImageFailuresTest, PageThatIsCalledAPicture) {
  expect_failure_of(answer("<html>Sign in</html>"), "not_an_image");
}

TEST_F(RemoteImageFailuresTest, MediaTypeThatWouldLeaveItsUri) {
  expect_failure_of(answer(kPng, "Content-Type: image/png\",\"x\":\"\r\n"), "not_an_image");
}

TEST_F(RemoteImageFailuresTest, NothingAtAll) {
  expect_failure_of(answer(""), "not_an_image");
}

TEST_F(RemoteImageFailuresTest, PackedAnswer) {
  expect_failure_of(answer(kPng, "Content-Type: image/png\r\nContent-Encoding: gzip\r\n"), "bad_response");
}

TEST_F(RemoteImageFailuresTest, AnswerThatIsNoHttp) {
  expect_failure_of("SSH-2.0-OpenSSH_9.2\r\n\r\n", "bad_response");
}

// The length alone is enough: the bytes never come.
TEST_F(RemoteImageFailuresTest, LengthOverTheLimit) {
  expect_failure_of("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 2049\r\n\r\n", "too_large",
                    "timeout: 50s, max_bytes: 2048");
}

TEST_F(RemoteImageFailuresTest, BytesOverTheLimit) {
  expect_failure_of(in_chunks(picture(2049)), "too_large", "timeout: 50s, max_bytes: 2048");
}

TEST_F(RemoteImageFailuresTest, BytesUpToTheLimitAreNone) {
  start(config(from_peer("timeout: 50s, max_bytes: 2048")));
  serve(in_chunks(picture(2048)));
  EXPECT_EQ(reason(*judge(body_of({url("/a")}))), "none");
}

// 900 bytes are 1200 characters of base64: three times as many do not fit into a body of 4096 bytes, twice does.
TEST_F(RemoteImageFailuresTest, RequestThatWouldOutgrowItsLimit) {
  start(config(from_peer(), "deadline_ms: 60000, max_body_bytes: 4096"));
  serve(answer(picture(900)));
  expect_failure(url("/a"), "too_large", 3);
}

TEST_F(RemoteImageFailuresTest, RequestThatJustFits) {
  start(config(from_peer(), "deadline_ms: 60000, max_body_bytes: 4096"));
  serve(answer(picture(900)));
  EXPECT_EQ(reason(*judge(body_of({url("/a"), url("/a")}))), "none");
}

TEST_F(RemoteImageFailuresTest, AnswerThatBreaksOff) {
  start(config(from_peer()));
  server_ = std::thread([this] {
    Wire wire = peer_.accept();
    wire.read_until("\r\n\r\n");
    wire.send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 100\r\n\r\n" + kPng);
    wire.close();
  });
  expect_failure(url("/a"), "bad_response");
}

TEST_F(RemoteImageFailuresTest, SilentServer) {
  start(config(from_peer("timeout: 50ms")));
  serve("");
  expect_failure(url("/a"), "timeout");
}

// Each byte comes in time, and all of them do not.
TEST_F(RemoteImageFailuresTest, ServerThatDrips) {
  start(config(from_peer("timeout: 300ms, max_bytes: 4194304")));
  server_ = std::thread([this] {
    Wire wire = peer_.accept();
    wire.read_until("\r\n\r\n");
    wire.send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\n");
    while (!over_.fired()) {
      wire.send("x");  // until the router is gone, and then nothing comes of it
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  expect_failure(url("/a"), "timeout");
}

TEST_F(RemoteImageFailuresTest, NobodyListens) {
  std::uint16_t port = 0;
  {
    const testing::ScriptedPeer gone;
    port = gone.port();
  }
  const std::string origin = "http://127.0.0.1:" + std::to_string(port);
  start(config("origins: [\"" + origin + "\"], allow_private_addresses: true, timeout: 50s"));
  expect_failure(origin + "/a", "connect_failed");
}

TEST_F(RemoteImageFailuresTest, NameOfAPrivateAddress) {
  NameServer names;
  names.set("images.test", {"127.0.0.1", "10.0.0.1", "169.254.169.254"}, 60);
  const std::string origin = "http://images.test:" + std::to_string(peer_.port());
  start(config("origins: [\"" + origin + "\"], timeout: 50s"), {{}, names.servers()});
  expect_failure(origin + "/a", "address_refused");
  EXPECT_EQ(connections(), 0);
}

// The same name where private addresses are allowed: it was the address, and nothing else.
TEST_F(RemoteImageFailuresTest, NameOfAPrivateAddressThatIsAllowed) {
  NameServer names;
  names.set("images.test", {"127.0.0.1"}, 60);
  const std::string origin = "http://images.test:" + std::to_string(peer_.port());
  start(config("origins: [\"" + origin + "\"], timeout: 50s, allow_private_addresses: true"), {{}, names.servers()});
  serve(answer(kPng));
  EXPECT_EQ(reason(*judge(body_of({origin + "/a"}))), "none");
}

// A proxy would look the name up by itself, and connect to whatever it finds.
TEST_F(RemoteImageFailuresTest, ProxyIsNotAskedForWhatMustBePublic) {
  NameServer names;
  names.set("images.test", {"127.0.0.1"}, 60);
  const std::string proxy = "http://127.0.0.1:" + std::to_string(peer_.port());
  const auto environment = [proxy](const std::string& name) {
    return name == "http_proxy" ? std::optional(proxy) : std::nullopt;
  };
  start(config("origins: [\"http://images.test\"], timeout: 50s"), {ProxySettings(environment), names.servers()});
  expect_failure("http://images.test/a", "address_refused");
  EXPECT_EQ(connections(), 0);
}

TEST_F(RemoteImageFailuresTest, OneFailureTakesNoOtherPictureWithIt) {
  start(config(from_peer()));
  server_ = std::thread([this] {
    for (int i = 0; i < 2; ++i) {
      Wire wire = peer_.accept();
      const bool good = wire.read_until("\r\n\r\n").starts_with("GET /good ");
      wire.send(good ? answer(kPng) : "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
    }
  });
  const auto run = judge(body_of({url("/bad"), url("/good")}));
  EXPECT_EQ(reason(*run, 0), "fetch_failed");
  EXPECT_EQ(reason(*run, 1), "none");
  EXPECT_EQ(decision(*run), "fetch_failed");
  EXPECT_EQ(fetches("bad_status"), 1);
  EXPECT_EQ(fetches("fetched"), 1);
}

}  // namespace
}  // namespace signalbox::gateway
