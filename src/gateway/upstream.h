// Internal to the gateway: requests to backends, over pooled connections, with the answer streamed as it comes.
//
// Promises: nothing is buffered beyond one read (back-pressure is simply not reading on); every failure has a type; the
// deadlines of UpstreamTimeouts hold; a pooled connection that turns out to be dead before the first byte of an answer
// is replaced once by a fresh one; TLS verifies the certificate and the name.
//
// Pools belong to I/O threads (no locks): UpstreamClient may be used from coroutines of any of its IoThreads. It is
// destroyed after the servers that use it have stopped and before the IoThreads are destroyed.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http.h"
#include "gateway/io.h"
#include "telemetry/metrics.h"

namespace signalbox::gateway {

struct UpstreamError {
  enum class Kind : std::uint8_t {
    connect_failed,      // no address, refused, unreachable
    tls_failed,          // handshake, certificate or name
    timeout_connect,     // name, connection and handshake together
    timeout_first_byte,  // no head in time
    timeout_idle,        // silence in the middle of a body
    reset_before_head,   // closed before a whole head
    reset_mid_body,      // closed before the body's announced end
    bad_response,        // not HTTP
    cancelled,           // our client left
  };
  Kind kind = Kind::connect_failed;
  std::string detail;  // for logs; names no content
};
std::string_view to_string(UpstreamError::Kind kind);
// 504 for timeouts, else 502; OpenAI-shaped; the code is the kind's name.
HttpResponse to_response(const UpstreamError& error);

struct UpstreamTimeouts {
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds first_byte{120'000};
  std::chrono::milliseconds idle{60'000};
};

struct BackendConfig {
  std::string name;  // label of metrics
  bool tls = false;
  std::string host;  // name or numeric address, IPv6 without brackets
  std::uint16_t port = 80;
  std::string ca_file;        // PEM; empty: the system's
  bool verify = true;         // off only when the configuration says so explicitly
  std::size_t max_idle = 32;  // per I/O thread
  std::chrono::milliseconds idle_timeout{30'000};
  UpstreamTimeouts timeouts;
};

class Backend;  // a BackendConfig with its TLS context and metrics; immutable, shared by configuration snapshots

struct UpstreamRequest {
  std::shared_ptr<const Backend> backend;
  std::string method = "POST";
  std::string target = "/";
  Headers headers;  // without Host, Content-Length and hop-by-hop ones, which are written (or left out) here
  std::shared_ptr<const std::string> body;  // may be null
};

class UpstreamConnection;
class UpstreamPools;

// One request and its answer. Belongs to one coroutine; dropping it in the middle closes its connection.
class UpstreamExchange {
 public:
  UpstreamExchange(std::shared_ptr<UpstreamPools> pools, UpstreamRequest request, CancelToken& client_left);
  ~UpstreamExchange();
  UpstreamExchange(const UpstreamExchange&) = delete;
  UpstreamExchange& operator=(const UpstreamExchange&) = delete;

  // Sends the request and waits for the head. Once.
  Task<std::expected<ResponseHead, UpstreamError>> start();
  // Bytes of the body as they arrive; empty at its end. The view lives until the next call.
  Task<std::expected<std::string_view, UpstreamError>> read();
  // What has already arrived with the head, without waiting; empty if nothing.
  std::string_view take_buffered();
  bool at_end() const;  // nothing more will come

 private:
  Task<std::expected<void, UpstreamError>> connect(bool fresh);
  Task<std::expected<ResponseHead, UpstreamError>> send_and_read_head();
  UpstreamError failed(UpstreamError error);
  void release_if_done();

  std::shared_ptr<UpstreamPools> pools_;
  UpstreamRequest request_;
  CancelToken& client_left_;
  CancelToken::Registration registration_;
  std::shared_ptr<UpstreamConnection> connection_;
  std::string chunk_;
  bool failed_ = false;  // and counted
};

class UpstreamClient {
 public:
  UpstreamClient(IoThreads& io, telemetry::Registry& metrics);
  ~UpstreamClient();  // closes what is idle; not from an I/O thread

  // Throws std::runtime_error when the CA file cannot be read: a matter of start-up or reload, never of a request.
  std::shared_ptr<const Backend> make_backend(BackendConfig config) const;
  UpstreamExchange exchange(UpstreamRequest request, CancelToken& client_left) {
    return UpstreamExchange(pools_, std::move(request), client_left);
  }

 private:
  telemetry::Registry& metrics_;
  std::shared_ptr<UpstreamPools> pools_;
};

}  // namespace signalbox::gateway
