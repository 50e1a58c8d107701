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
#include "gateway/name_cache.h"
#include "gateway/proxy_settings.h"
#include "gateway/upstream_error.h"
#include "gateway/upstream_pools.h"
#include "telemetry/metrics.h"
#include "upstream/policy.h"

namespace signalbox::gateway {

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
  std::string ca_file;          // PEM; empty: the system's
  bool verify = true;           // off only when the configuration says so explicitly
  std::size_t max_idle = 1024;  // per I/O thread, as the two below: what a burst needed is kept for idle_timeout
  std::size_t max_connections = 1024;
  std::size_t max_pending = 1024;  // requests that wait for one of them, for timeouts.connect at most
  std::chrono::milliseconds idle_timeout{30'000};
  UpstreamTimeouts timeouts;
  upstream::EjectionPolicy ejection;
  std::shared_ptr<const ProxyServer> proxy;  // null: directly; set by UpstreamClient
  // Connects to no address that is loopback, private or otherwise special (router/public_address.h), whatever the host
  // resolves to; and without a proxy, which would resolve it by itself.
  bool public_addresses_only = false;
  bool trusts_nobody = false;  // its authorities could not be read: every TLS connection fails
};

class Backend;  // a BackendConfig with its TLS context, health and metrics; shared by configuration snapshots

struct UpstreamRequest {
  std::shared_ptr<const Backend> backend;
  std::string method = "POST";
  std::string target = "/";
  Headers headers;  // without Host, Content-Length and hop-by-hop ones, which are written (or left out) here
  std::shared_ptr<const std::string> body;  // may be null
};

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
  // Between start() and take_buffered(): whether the body's first bytes, or its end, are here; if not, waits for them.
  bool has_body_bytes();
  Task<std::expected<void, UpstreamError>> wait_for_body();

 private:
  void hold(std::shared_ptr<UpstreamConnection> connection);
  bool take_pooled(const Executor& executor);
  Task<std::expected<void, UpstreamError>> connect(Executor executor);
  Task<std::expected<ResponseHead, UpstreamError>> send_and_read_head();
  UpstreamError failed(UpstreamError error);
  void release_if_done();

  std::shared_ptr<UpstreamPools> pools_;
  UpstreamRequest request_;
  CancelToken& client_left_;
  CancelToken::Registration registration_;
  UpstreamSlot slot_;
  std::shared_ptr<UpstreamConnection> connection_;
  std::string chunk_;
  bool first_waits_ = false;  // in chunk_, for take_buffered()
  bool failed_ = false;       // and counted
};

class CaresLookup;

struct UpstreamOptions {
  ProxySettings proxies;
  std::string name_servers;  // "127.0.0.1:5353,…" instead of the system's
};

class UpstreamClient {
 public:
  UpstreamClient(IoThreads& io, telemetry::Registry& metrics, UpstreamOptions options = {});
  ~UpstreamClient();  // closes what is idle; not from an I/O thread

  // Throws std::runtime_error when the CA file cannot be read: a matter of start-up or reload, never of a request.
  std::shared_ptr<const Backend> make_backend(BackendConfig config) const;
  Executor executor();  // of one I/O thread after the other
  UpstreamExchange exchange(UpstreamRequest request, CancelToken& client_left) {
    return UpstreamExchange(pools_, std::move(request), client_left);
  }

 private:
  IoThreads& io_;
  telemetry::Registry& metrics_;
  UpstreamOptions options_;
  std::shared_ptr<CaresLookup> lookup_;
  std::shared_ptr<NameCache> names_;
  std::shared_ptr<UpstreamPools> pools_;
};

}  // namespace signalbox::gateway
