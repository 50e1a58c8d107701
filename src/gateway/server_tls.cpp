#include "gateway/server_tls.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace signalbox::gateway {
namespace {

namespace ssl = asio::ssl;

constexpr std::chrono::seconds kLookEvery{3};
constexpr std::size_t kMaxFile = 1 << 20;
// TLS 1.2: forward secrecy and authenticated encryption only. TLS 1.3 has nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

std::expected<std::string, std::string> read_file(const std::string& key, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(fmt::format("tls.{} {}: {}", key, path, std::strerror(errno)));
  std::string text(kMaxFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxFile) return std::unexpected(fmt::format("tls.{} {} is larger than 1 MiB", key, path));
  if (text.empty()) return std::unexpected(fmt::format("tls.{} {} is empty", key, path));
  return text;
}

// ALPN: we speak HTTP/1.1 and nothing else. A client that insists on other protocols learns it in the handshake.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void configure(ssl::context& context, const TlsOptions& options) {
  SSL_CTX* const raw = context.native_handle();
  SSL_CTX_set_min_proto_version(raw, options.only_tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(raw, kCiphers);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(raw, &select_protocol, nullptr);
  // A resumed session stands for the client certificate it began with; sessions are ours alone.
  static constexpr unsigned char kSessions[] = "signalbox";
  SSL_CTX_set_session_id_context(raw, kSessions, sizeof kSessions - 1);
}

// The pair, and whether it fits.
std::string use_pair(ssl::context& context, const TlsOptions& options) {
  const auto certificate = read_file("cert_file", options.cert_file);
  if (!certificate) return certificate.error();
  const auto key = read_file("key_file", options.key_file);
  if (!key) return key.error();
  ErrorCode error;
  context.use_certificate_chain(asio::buffer(*certificate), error);
  if (error) return fmt::format("tls.cert_file {} holds no PEM certificate ({})", options.cert_file, error.message());
  // A key behind a passphrase would ask for it on the terminal.
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, error);
  context.use_private_key(asio::buffer(*key), ssl::context::pem, error);
  if (!error && SSL_CTX_check_private_key(context.native_handle()) == 1) return {};
  if (!error || error.message().contains("key values mismatch")) {
    return fmt::format("tls.key_file {} does not fit the certificate in {}", options.key_file, options.cert_file);
  }
  return fmt::format("tls.key_file {} holds no unencrypted PEM private key ({})", options.key_file, error.message());
}

std::string use_client_ca(ssl::context& context, const TlsOptions& options) {
  if (options.client_ca_file.empty()) return {};
  const auto authorities = read_file("client_ca_file", options.client_ca_file);
  if (!authorities) return authorities.error();
  ErrorCode error;
  context.add_certificate_authority(asio::buffer(*authorities), error);
  // Asio takes a file without any certificate for an empty list.
  if (error || !authorities->contains("-----BEGIN CERTIFICATE-----")) {
    return fmt::format("tls.client_ca_file {} holds no PEM certificate", options.client_ca_file);
  }
  context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  return error ? error.message() : std::string();
}

std::int64_t expiry_of(const ssl::context& context) {
  const X509* const certificate = SSL_CTX_get0_certificate(const_cast<ssl::context&>(context).native_handle());
  std::tm end{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) return 0;
  return ::timegm(&end);
}

}  // namespace

ServerTls::ServerTls(TlsOptions options, std::string listener, telemetry::Logger& log, telemetry::Registry& metrics)
    : options_(std::move(options)),
      listener_(std::move(listener)),
      log_(log),
      reloads_(metrics.counter("signalbox_tls_reloads_total", "Certificate files read again, by result.",
                               {"listener", "result"})),
      handshake_failures_(metrics
                              .counter("signalbox_tls_handshake_failures_total",
                                       "Connections that ended before TLS was agreed.", {"listener"})
                              .with({listener_})),
      expiry_(metrics
                  .gauge("signalbox_tls_certificate_expiry_timestamp_seconds",
                         "When the certificate in use ends, as Unix time.", {"listener"})
                  .with({listener_})),
      next_look_(std::chrono::steady_clock::now() + kLookEvery),
      seen_(stamps()) {
  auto first = load();
  if (!first) throw std::runtime_error(fmt::format("listener \"{}\": {}", listener_, first.error()));
  tell_expiry(**first);
  context_.store(std::move(*first));
}

std::expected<std::shared_ptr<ServerTls::Context>, std::string> ServerTls::load() {
  auto context = std::make_shared<Context>(Context::tls_server);
  configure(*context, options_);
  std::string problem = use_pair(*context, options_);
  if (problem.empty()) problem = use_client_ca(*context, options_);
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return context;
}

bool ServerTls::reload() {
  std::lock_guard lock(mutex_);
  seen_ = stamps();  // before reading: what changes meanwhile is seen at the next look
  auto next = load();
  reloads_.with({listener_, next ? "success" : "failure"}).increment();
  if (!next) {
    log_.log(telemetry::Level::error, "certificate_reload_failed", {{"listener", listener_}, {"error", next.error()}});
    return false;
  }
  log_.log(telemetry::Level::info, "certificate_reloaded", {{"listener", listener_}});
  tell_expiry(**next);
  context_.store(std::move(*next));
  return true;
}

void ServerTls::reload_if_changed(TimePoint now) {
  TimePoint due = next_look_;
  if (now < due || !next_look_.compare_exchange_strong(due, now + kLookEvery)) return;
  {
    std::lock_guard lock(mutex_);
    if (stamps() == seen_) return;
  }
  reload();
}

std::vector<ServerTls::Stamp> ServerTls::stamps() const {
  std::vector<Stamp> all;
  for (const std::string* path : {&options_.cert_file, &options_.key_file, &options_.client_ca_file}) {
    struct stat info{};
    Stamp stamp;
    if (!path->empty() && ::stat(path->c_str(), &info) == 0) {
      stamp = {info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ino, static_cast<unsigned long long>(info.st_size)};
    }
    all.push_back(stamp);
  }
  return all;
}

void ServerTls::tell_expiry(Context& context) {
  const std::int64_t end = expiry_of(context);
  expiry_.set(static_cast<double>(end));
  if (end >= std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())) return;
  log_.log(telemetry::Level::warn, "certificate_expired", {{"listener", listener_}, {"file", options_.cert_file}});
}

}  // namespace signalbox::gateway
