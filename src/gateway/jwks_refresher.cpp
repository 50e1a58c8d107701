#include "gateway/jwks_refresher.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <expected>
#include <optional>
#include <string>
#include <utility>

#include "auth/client_auth.h"
#include "gateway/io.h"

namespace signalbox::gateway {

namespace {

constexpr std::chrono::seconds kLook{1};
constexpr std::chrono::seconds kWholeFetch{30};

class Refresher {
 public:
  explicit Refresher(const RefresherParts& parts)
      : p_(parts),
        fetches_(parts.metrics.counter("signalbox_auth_key_fetches_total", "Fetches of a token issuer's keys.",
                                       {"outcome"})) {}

  // One look: fetches the configured key set if it is due.
  Task<void> look() {
    const std::optional<auth::KeySource> source = configured();
    if (!source || !p_.access.key_sets.due(source->url, source->refresh, p_.clock.steady_now())) co_return;
    p_.access.key_sets.started(source->url, p_.clock.steady_now());
    std::expected<auth::KeySet, std::string> keys = co_await fetch(*source);
    report(*source, std::move(keys));
  }

 private:
  using Fetched = std::expected<auth::KeySet, std::string>;

  // A copy: a fetch must not keep a whole configuration alive.
  std::optional<auth::KeySource> configured() const {
    const SnapshotSource::Pointer snapshot = p_.snapshots.get();
    const auth::JwtVerifier* const jwt = snapshot->client_auth->jwt();
    return jwt != nullptr ? jwt->source() : std::nullopt;
  }

  void report(const auth::KeySource& source, Fetched keys) {
    fetches_.with({keys ? "good" : "failed"}).increment();
    if (keys) {
      p_.log.log(telemetry::Level::info, "jwks_fetched", {{"host", source.parsed.host}, {"keys", keys->size()}});
      p_.access.key_sets.fetched(source.url, std::move(*keys), p_.clock.steady_now());
    } else {
      p_.log.log(telemetry::Level::warn, "jwks_fetch_failed", {{"host", source.parsed.host}, {"reason", keys.error()}});
      p_.access.key_sets.failed(source.url, p_.clock.steady_now());
    }
  }

  // Null, and why in `problem`, when the authorities' file cannot be read.
  std::shared_ptr<const Backend> backend_of(const auth::KeySource& source, std::string& problem) const {
    BackendConfig config;
    config.name = "jwks";
    config.tls = true;
    config.host = source.parsed.host;
    config.port = source.parsed.port;
    config.ca_file = source.ca_file;
    config.max_idle = 0;
    config.timeouts = {std::chrono::seconds(5), std::chrono::seconds(10), std::chrono::seconds(10)};
    try {
      return p_.upstream.make_backend(std::move(config));
    } catch (const std::exception& error) {
      problem = error.what();
      return nullptr;
    }
  }

  Task<Fetched> fetch(const auth::KeySource& source) {
    std::string problem;
    UpstreamRequest request;
    request.backend = backend_of(source, problem);
    if (!request.backend) co_return std::unexpected(problem);
    request.method = "GET";
    request.target = source.parsed.target;
    request.headers = {{"accept", "application/json"}, {"accept-encoding", "identity"}};
    CancelToken never;
    UpstreamExchange exchange = p_.upstream.exchange(std::move(request), never);
    const std::expected<ResponseHead, UpstreamError> head = co_await exchange.start();
    if (!head) co_return std::unexpected(std::string(to_string(head.error().kind)));
    if (head->status != 200) co_return std::unexpected("status " + std::to_string(head->status));
    std::string body(exchange.take_buffered());
    const auto deadline = p_.clock.steady_now() + kWholeFetch;
    while (!exchange.at_end()) {
      const auto bytes = co_await exchange.read();
      if (!bytes) co_return std::unexpected(std::string(to_string(bytes.error().kind)));
      if (body.size() + bytes->size() > auth::kMaxKeySetBytes) co_return std::unexpected("the answer is too large");
      if (p_.clock.steady_now() > deadline) co_return std::unexpected("the answer takes too long");
      body += *bytes;
    }
    co_return auth::KeySet::parse(body);
  }

  RefresherParts p_;
  telemetry::Family<telemetry::Counter>& fetches_;
};

Task<void> keep_looking(std::shared_ptr<Refresher> refresher) {
  Timer timer(co_await asio::this_coro::executor);
  for (;;) {
    co_await refresher->look();
    timer.expires_after(kLook);
    co_await timer.async_wait(kAwait);
  }
}

}  // namespace

void start_jwks_refresher(IoThreads& io, const RefresherParts& parts) {
  asio::co_spawn(io.impl().executor(0), keep_looking(std::make_shared<Refresher>(parts)), asio::detached);
}

}  // namespace signalbox::gateway
