// TLS towards backends, against certificates made here: what must be accepted, and everything that must not.
#include <gmock/gmock.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <filesystem>
#include <memory>

#include "gateway/test_sockets.h"
#include "gateway/upstream.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using testing::ScriptedPeer;
using testing::Signal;
using Kind = UpstreamError::Kind;

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertPtr = std::unique_ptr<X509, Deleter<X509_free>>;
using CtxPtr = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, Deleter<SSL_free>>;

// A self-signed certificate for DNS:localhost.
CertPtr make_certificate(EVP_PKEY* key) {
  CertPtr cert(X509_new());
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3600);
  X509_set_pubkey(cert.get(), key);
  X509_NAME* name = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(cert.get(), name);
  X509_EXTENSION* san = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
  X509_add_ext(cert.get(), san, -1);
  X509_EXTENSION_free(san);
  X509_sign(cert.get(), key, EVP_sha256());
  return cert;
}

// Accepts one TLS connection, reads a request, sends `answer`; closes properly or cuts the connection.
class TlsPeer {
 public:
  TlsPeer(std::string answer, bool proper_close) : key_(EVP_EC_gen("P-256")), cert_(make_certificate(key_.get())) {
    thread_ = std::thread([this, answer = std::move(answer), proper_close] { play(answer, proper_close); });
  }
  ~TlsPeer() { thread_.join(); }
  std::uint16_t port() const { return listener_.port(); }
  std::string sni() {
    EXPECT_TRUE(done_.wait());
    return sni_;
  }
  std::string write_ca(const std::filesystem::path& path) const {
    FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, cert_.get());
    std::fclose(file);
    return path.string();
  }

 private:
  void play(const std::string& answer, bool proper_close) {
    CtxPtr context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context.get(), cert_.get());
    SSL_CTX_use_PrivateKey(context.get(), key_.get());
    int fd = listener_.accept_fd();
    SslPtr ssl(SSL_new(context.get()));
    SSL_set_fd(ssl.get(), fd);
    if (SSL_accept(ssl.get()) == 1) {
      const char* name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
      sni_ = name != nullptr ? name : "";
      char buffer[4096];
      SSL_read(ssl.get(), buffer, sizeof buffer);
      SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
      if (proper_close) SSL_shutdown(ssl.get());
    }
    ERR_clear_error();
    ::close(fd);
    done_.fire();
  }

  ScriptedPeer listener_;
  KeyPtr key_;
  CertPtr cert_;
  std::string sni_;
  Signal done_;
  std::thread thread_;
};

struct Outcome {
  std::optional<Kind> error;
  int status = 0;
  std::string body;
};

struct Call {
  CancelToken left;
  Outcome outcome;
  Signal done;
};

Task<Outcome> fetch(UpstreamClient& client, std::shared_ptr<const Backend> backend, CancelToken& left) {
  Outcome outcome;
  auto exchange = client.exchange({backend, "GET", "/", {}, nullptr}, left);
  auto head = co_await exchange.start();
  if (!head) {
    outcome.error = head.error().kind;
    co_return outcome;
  }
  outcome.status = head->status;
  outcome.body = exchange.take_buffered();
  while (!exchange.at_end() && !outcome.error) {
    auto bytes = co_await exchange.read();
    if (bytes) {
      outcome.body += *bytes;
    } else {
      outcome.error = bytes.error().kind;
    }
  }
  co_return outcome;
}

Task<void> run_call(UpstreamClient& client, std::shared_ptr<const Backend> backend, std::shared_ptr<Call> call) {
  call->outcome = co_await fetch(client, std::move(backend), call->left);
  call->done.fire();
}

class UpstreamTlsTest : public ::testing::Test {
 protected:
  ~UpstreamTlsTest() override { std::filesystem::remove(ca_path_); }
  Outcome get(BackendConfig config) {
    config.tls = true;
    auto call = std::make_shared<Call>();
    asio::co_spawn(io_.impl().executor(0), run_call(client_, client_.make_backend(std::move(config)), call),
                   asio::detached);
    EXPECT_TRUE(call->done.wait());
    return call->outcome;
  }
  BackendConfig to(const std::string& host, std::uint16_t port, std::string ca) {
    BackendConfig config;
    config.host = host;
    config.port = port;
    config.ca_file = std::move(ca);
    return config;
  }

  std::filesystem::path ca_path_ =
      std::filesystem::path(::testing::TempDir()) / ("signalbox_ca_" + std::to_string(::getpid()) + ".pem");
  telemetry::Registry metrics_;
  IoThreads io_{1};
  UpstreamClient client_{io_, metrics_};
};

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST_F(UpstreamTlsTest, TrustedCertificateOfTheRightNameIsAcceptedAndSniSent) {
  TlsPeer peer(kOk, true);
  auto outcome = get(to("localhost", peer.port(), peer.write_ca(ca_path_)));
  EXPECT_EQ(outcome.error, std::nullopt);
  EXPECT_EQ(outcome.body, "ok");
  EXPECT_EQ(peer.sni(), "localhost");
}

TEST_F(UpstreamTlsTest, WrongNameIsRefused) {
  TlsPeer peer(kOk, true);
  EXPECT_EQ(get(to("127.0.0.1", peer.port(), peer.write_ca(ca_path_))).error, Kind::tls_failed);
}

TEST_F(UpstreamTlsTest, UnknownIssuerIsRefused) {
  TlsPeer peer(kOk, true);
  EXPECT_EQ(get(to("localhost", peer.port(), "")).error, Kind::tls_failed);
}

TEST_F(UpstreamTlsTest, VerificationCanBeSwitchedOffExplicitly) {
  TlsPeer peer(kOk, true);
  auto config = to("127.0.0.1", peer.port(), "");
  config.verify = false;
  EXPECT_EQ(get(config).body, "ok");
}

TEST_F(UpstreamTlsTest, BodyEndedByAProperCloseIsWhole) {
  TlsPeer peer("HTTP/1.1 200 OK\r\n\r\nall of it", true);
  auto outcome = get(to("localhost", peer.port(), peer.write_ca(ca_path_)));
  EXPECT_EQ(outcome.error, std::nullopt);
  EXPECT_EQ(outcome.body, "all of it");
}

// Anyone on the path can cut a TCP connection; without the TLS close the body may not be all there is.
TEST_F(UpstreamTlsTest, BodyEndedByACutConnectionIsNotWhole) {
  TlsPeer peer("HTTP/1.1 200 OK\r\n\r\nhalf of", false);
  EXPECT_EQ(get(to("localhost", peer.port(), peer.write_ca(ca_path_))).error, Kind::reset_mid_body);
}

}  // namespace
}  // namespace signalbox::gateway
