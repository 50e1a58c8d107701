// The HTTP/1.1 server: several addresses, each with its handler, on shared I/O threads.
//
// Promises: a request reaches a handler only when it is whole, within limits and unambiguous (one body length, no
// folded header lines, no bare line feeds); everything else is answered with its true status (400, 408, 413, 415, 417,
// 431, 501, 505) and the connection is closed. Requests of one connection are answered in order, one at a time. stop()
// loses no accepted request that finishes within its deadline. Slow clients hold memory up to the limits, never a
// thread. A listener with TlsOptions speaks TLS only.
//
// Owned by whoever starts the process; listen(), stop() and ports are for that thread. `io`, `log` and `metrics` must
// outlive it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gateway/io_threads.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace signalbox::gateway {

class Handler;

struct ServerLimits {
  std::size_t max_header_bytes = 64 * 1024;
  std::size_t max_header_lines = 256;
  std::size_t max_body_bytes = 32u << 20;
  std::size_t max_connections = 20'000;                 // of one listener; above it new ones are answered 503
  std::chrono::milliseconds header_timeout{10'000};     // from a request's first byte to the end of its head
  std::chrono::milliseconds body_idle_timeout{30'000};  // between two pieces of a body
  std::chrono::milliseconds body_timeout{300'000};      // for the whole of it
  std::chrono::milliseconds idle_timeout{75'000};       // between requests, and before the first byte
  std::chrono::milliseconds write_timeout{60'000};      // a client that takes nothing for so long is given up
};

// PEM files; see router/listener_spec.h.
struct TlsOptions {
  std::string cert_file, key_file;
  std::string client_ca_file;  // mTLS when not empty
  bool only_tls13 = false;
};

struct ListenAddress {
  std::string name = "gateway";       // label of metrics and logs, HttpRequest::listener
  std::string address = "127.0.0.1";  // numeric IPv4 or IPv6
  std::uint16_t port = 0;             // 0: any free one
};

class HttpServer {
 public:
  HttpServer(IoThreads& io, telemetry::Logger& log, telemetry::Registry& metrics);
  ~HttpServer();  // stop() without patience
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Binds and starts to accept; returns the bound port. Throws std::runtime_error with a sentence for people when the
  // address is in use or not ours, or when the certificate cannot be used.
  std::uint16_t listen(const ListenAddress& address, std::shared_ptr<Handler> handler, ServerLimits limits = {},
                       const std::optional<TlsOptions>& tls = std::nullopt);

  // Reads the certificate files of every listener again (they are also looked at every few seconds). A listener whose
  // files do not load keeps what it has; false if there was one. Open connections go on. Any thread, once all listen.
  bool reload_certificates();

  // From now on every answer says Connection: close; everything else goes on. Before stop(), so that clients and load
  // balancers move to other servers by themselves. Any thread.
  void announce_stop();

  // Stops accepting, closes idle connections, lets running requests finish (their answers say Connection: close) until
  // the patience is over, then breaks the rest. Returns how many were broken. Not from an I/O thread.
  std::size_t stop(std::chrono::milliseconds patience);

  std::size_t connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox::gateway
