// TLS on a listener: who is let in, what is spoken, and certificates that change while it runs.
#include "gateway/server_tls.h"

#include <gmock/gmock.h>
#include <openssl/err.h>

#include "gateway/echo_fixture.h"
#include "gateway/test_certificates.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using testing::CtxPtr;
using testing::echo;
using testing::get;
using ::testing::HasSubstr;
using testing::kPatience;
using ::testing::Not;
using testing::Pair;
using testing::PemFolder;
using testing::post;
using testing::SslPtr;

// A blocking TLS client that trusts everybody (it is the server that is tested).
class TlsWire {
 public:
  struct Options {
    int max_version = 0;
    std::string alpn = {};
    const Pair* certificate = nullptr;
  };
  TlsWire(std::uint16_t port, const Options& options) : context_(SSL_CTX_new(TLS_client_method())) {
    if (options.max_version != 0) SSL_CTX_set_max_proto_version(context_.get(), options.max_version);
    if (options.certificate != nullptr) {
      SSL_CTX_use_certificate(context_.get(), options.certificate->cert.get());
      SSL_CTX_use_PrivateKey(context_.get(), options.certificate->key.get());
    }
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    timeval patience{kPatience.count(), 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address = testing::loopback(port);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), fd_);
    if (!options.alpn.empty()) {
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(options.alpn.data()),
                          static_cast<unsigned>(options.alpn.size()));
    }
    connected_ = SSL_connect(ssl_.get()) == 1;
  }
  ~TlsWire() {
    ERR_clear_error();
    ::close(fd_);
  }
  bool connected() const { return connected_; }
  void send(std::string_view bytes) { SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())); }
  std::string read_until(std::string_view mark) {
    while (!in_.contains(mark)) {
      char buffer[16384];
      const int n = SSL_read(ssl_.get(), buffer, sizeof buffer);
      if (n <= 0) break;
      in_.append(buffer, static_cast<std::size_t>(n));
    }
    return std::exchange(in_, {});
  }
  // The stream ended as TLS ends streams, not by a cut.
  bool ended_properly() {
    char c = 0;
    const int n = SSL_read(ssl_.get(), &c, 1);
    return n == 0 && SSL_get_error(ssl_.get(), n) == SSL_ERROR_ZERO_RETURN;
  }
  std::string server_name() const {
    std::unique_ptr<X509, testing::Deleter<X509_free>> cert(SSL_get1_peer_certificate(ssl_.get()));
    char name[64] = {};
    if (cert) X509_NAME_get_text_by_NID(X509_get_subject_name(cert.get()), NID_commonName, name, sizeof name);
    return name;
  }
  std::string alpn() const {
    const unsigned char* text = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &text, &size);
    return {reinterpret_cast<const char*>(text), size};
  }
  std::string version() const { return SSL_get_version(ssl_.get()); }

 private:
  CtxPtr context_;
  int fd_;
  SslPtr ssl_;
  bool connected_ = false;
  std::string in_;
};

class ServerTlsTest : public testing::EchoFixture {
 protected:
  std::uint16_t serve_tls(const Pair& pair, TlsOptions options = {}, ServerLimits limits = {}) {
    options.cert_file = folder_.write("cert.pem", pair.cert);
    options.key_file = folder_.write("key.pem", pair.key);
    return server_->listen({}, make_sync_handler(echo, pool_, log_), limits, options);
  }
  std::string failure(const TlsOptions& options) {
    try {
      server_->listen({}, make_sync_handler(echo, pool_, log_), {}, options);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "none";
  }
  bool answers(TlsWire& wire) {
    wire.send(get("/x"));
    return wire.read_until("GET /x?").contains("200 OK");
  }

  PemFolder folder_;
  Pair first_{"first"};
};

TEST_F(ServerTlsTest, ServesKeepAliveAndEndsProperly) {
  TlsWire wire(serve_tls(first_), {});
  ASSERT_TRUE(wire.connected());
  EXPECT_TRUE(answers(wire));
  EXPECT_TRUE(answers(wire));
  wire.send(get("/last", "Connection: close\r\n"));
  EXPECT_THAT(wire.read_until("GET /last?"), HasSubstr("Connection: close"));
  EXPECT_TRUE(wire.ended_properly());
}

TEST_F(ServerTlsTest, LargeBodiesPassBothWays) {
  std::string body;
  for (int i = 0; body.size() < (3u << 20); ++i) body += std::to_string(i);
  TlsWire wire(serve_tls(first_), {});
  ASSERT_TRUE(wire.connected());
  std::thread sender([&] { wire.send(post("/", body + "END")); });
  sender.join();
  EXPECT_THAT(wire.read_until("END"), HasSubstr(body));
}

TEST_F(ServerTlsTest, RequestsKnowThatTheyCameByTls) {
  auto handler = make_sync_handler(
      [](const HttpRequest& request) { return json_response(200, request.tls ? "private." : "plain."); }, pool_, log_);
  TlsOptions options{folder_.write("c.pem", first_.cert), folder_.write("k.pem", first_.key), {}, false};
  TlsWire wire(server_->listen({}, handler, {}, options), {});
  wire.send(get("/"));
  EXPECT_THAT(wire.read_until("."), HasSubstr("private."));
}

TEST_F(ServerTlsTest, OldVersionsAreRefused) {
  const std::uint16_t port = serve_tls(first_);
  EXPECT_FALSE(TlsWire(port, {.max_version = TLS1_1_VERSION}).connected());
  TlsWire old(port, {.max_version = TLS1_2_VERSION});
  ASSERT_TRUE(old.connected());
  EXPECT_EQ(old.version(), "TLSv1.2");
  TlsOptions only13;
  only13.only_tls13 = true;
  const std::uint16_t strict = serve_tls(first_, only13);
  EXPECT_FALSE(TlsWire(strict, {.max_version = TLS1_2_VERSION}).connected());
  EXPECT_EQ(TlsWire(strict, {}).version(), "TLSv1.3");
}

TEST_F(ServerTlsTest, AlpnIsHttp11OrNothing) {
  const std::uint16_t port = serve_tls(first_);
  EXPECT_EQ(TlsWire(port, {.alpn = "\x02h2\x08http/1.1"}).alpn(), "http/1.1");
  EXPECT_FALSE(TlsWire(port, {.alpn = "\x02h2"}).connected());
}

TEST_F(ServerTlsTest, MutualTlsServesOnlyCertificatesOfItsAuthority) {
  const Pair client("client"), stranger("stranger");
  TlsOptions options;
  options.client_ca_file = folder_.write("ca.pem", client.cert);
  const std::uint16_t port = serve_tls(first_, options);
  TlsWire known(port, {.certificate = &client});
  EXPECT_TRUE(answers(known));
  TlsWire unknown(port, {.certificate = &stranger});
  EXPECT_FALSE(unknown.connected() && answers(unknown));
  TlsWire none(port, {});
  EXPECT_FALSE(none.connected() && answers(none));
}

TEST_F(ServerTlsTest, NewFilesServeNewConnectionsAndOldOnesGoOn) {
  const std::uint16_t port = serve_tls(first_);
  TlsWire before(port, {});
  ASSERT_TRUE(answers(before));
  const Pair second("second");
  folder_.write("cert.pem", second.cert);
  folder_.write("key.pem", second.key);
  EXPECT_TRUE(server_->reload_certificates());
  TlsWire after(port, {});
  EXPECT_EQ(after.server_name(), "second");
  EXPECT_TRUE(answers(after));
  EXPECT_TRUE(answers(before));
  EXPECT_EQ(before.server_name(), "first");
  EXPECT_EQ(metric(R"(signalbox_tls_reloads_total{listener="gateway",result="success"})"), 1);
}

TEST_F(ServerTlsTest, BadPairChangesNothing) {
  const std::uint16_t port = serve_tls(first_);
  const Pair second("second");
  folder_.write("cert.pem", second.cert);  // its key has not come yet
  EXPECT_FALSE(server_->reload_certificates());
  TlsWire wire(port, {});
  EXPECT_EQ(wire.server_name(), "first");
  EXPECT_TRUE(answers(wire));
  EXPECT_EQ(metric(R"(signalbox_tls_reloads_total{listener="gateway",result="failure"})"), 1);
}

TEST_F(ServerTlsTest, ChangedFilesAreNoticedAtMostEveryFewSeconds) {
  const Pair second("second");
  TlsOptions options{folder_.write("c.pem", first_.cert), folder_.write("k.pem", first_.key), {}, false};
  ServerTls tls(options, "gateway", log_, metrics_);
  const auto before = tls.context();
  const TimePoint start = std::chrono::steady_clock::now();
  tls.reload_if_changed(start + 1h);
  EXPECT_EQ(tls.context(), before);  // nothing has changed
  folder_.write("c.pem", second.cert);
  folder_.write("k.pem", second.key);
  tls.reload_if_changed(start + 1h + 1s);
  EXPECT_EQ(tls.context(), before);  // too early for another look
  tls.reload_if_changed(start + 2h);
  EXPECT_NE(tls.context(), before);
}

TEST_F(ServerTlsTest, WhatCannotBeServedIsSaidInASentence) {
  const Pair other("other");
  const std::string cert = folder_.write("c.pem", first_.cert), key = folder_.write("k.pem", first_.key);
  const std::string text = folder_.write("t.pem", "hello"), absent = folder_.path("absent.pem");
  const std::string locked = folder_.write("l.pem", first_.key, "secret");
  const std::string foreign = folder_.write("f.pem", other.key);
  EXPECT_EQ(failure({absent, key, {}, false}),
            "listener \"gateway\": tls.cert_file " + absent + ": No such file or directory");
  EXPECT_THAT(failure({text, key, {}, false}), HasSubstr("tls.cert_file " + text + " holds no PEM certificate"));
  EXPECT_THAT(failure({cert, text, {}, false}), HasSubstr("holds no unencrypted PEM private key"));
  EXPECT_THAT(failure({cert, locked, {}, false}), HasSubstr("holds no unencrypted PEM private key"));
  EXPECT_EQ(failure({cert, foreign, {}, false}),
            "listener \"gateway\": tls.key_file " + foreign + " does not fit the certificate in " + cert);
  EXPECT_THAT(failure({cert, key, text, false}), HasSubstr("tls.client_ca_file " + text + " holds no PEM"));
  EXPECT_THAT(failure({cert, key, absent, false}), HasSubstr("tls.client_ca_file " + absent + ": No such file"));
}

TEST_F(ServerTlsTest, ExpiredCertificateServesAndItsEndIsAMetric) {
  const std::uint16_t port = serve_tls(Pair("expired", -3600));
  TlsWire wire(port, {});
  EXPECT_TRUE(answers(wire));
  const double end = metric(R"(signalbox_tls_certificate_expiry_timestamp_seconds{listener="gateway"})");
  EXPECT_LT(end, static_cast<double>(std::time(nullptr)) - 3000);
  EXPECT_GT(end, static_cast<double>(std::time(nullptr)) - 7000);
}

TEST_F(ServerTlsTest, HandshakeThatDoesNotComeIsGivenUp) {
  ServerLimits limits;
  limits.header_timeout = 50ms;
  const std::uint16_t port = serve_tls(first_, {}, limits);
  testing::Wire silent = testing::Wire::connect(port);
  EXPECT_TRUE(silent.at_end());
  testing::Wire plain = testing::Wire::connect(port);
  plain.send(get("/"));
  EXPECT_THAT(plain.read_to_end(), Not(HasSubstr("200")));
  server_->stop(5000ms);  // the client may see the end before it is counted
  EXPECT_EQ(metric(R"(signalbox_tls_handshake_failures_total{listener="gateway"})"), 2);
}

TEST_F(ServerTlsTest, RefusalsComeByTlsToo) {
  TlsWire wire(serve_tls(first_), {});
  wire.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_THAT(wire.read_until("error"), HasSubstr("HTTP/1.1 400"));
}

TEST_F(ServerTlsTest, StopWaitsForNoIdleTlsConnection) {
  TlsWire wire(serve_tls(first_), {});
  ASSERT_TRUE(answers(wire));
  EXPECT_EQ(server_->stop(std::chrono::seconds(10)), 0u);
}

}  // namespace
}  // namespace signalbox::gateway
