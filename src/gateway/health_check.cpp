#include "gateway/health_check.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "gateway/response_text.h"
#include "gateway/upstream.h"
#include "gateway/upstream_connection.h"
#include "upstream/health_tally.h"
#include "upstream/random.h"

namespace signalbox::gateway {

namespace {

struct Check {
  std::weak_ptr<const Backend> backend;
  upstream::HealthCheckPolicy policy;
  Headers headers;
  telemetry::Logger& log;
  upstream::SharedRandom random;
  upstream::HealthTally tally;
};

// One request and its status; 0 when there was none in time.
Task<int> ask(std::shared_ptr<const Backend> backend, const Check& check) {
  const Executor executor = co_await asio::this_coro::executor;
  const std::shared_ptr<UpstreamConnection> connection = UpstreamConnection::make(executor, backend);
  auto deadline = std::make_shared<Watchdog>(executor, [weak = std::weak_ptr(connection)] {
    if (auto slow = weak.lock()) slow->abort(UpstreamError::Kind::timeout_first_byte);
  });
  deadline->set(std::chrono::steady_clock::now() + check.policy.timeout);
  int status = 0;
  const auto connected = co_await connection->connect();
  if (connected) {
    const std::string head = request_head("GET", check.policy.path, backend->host_header, check.headers, 0);
    const auto sent = co_await connection->send(head, {});
    if (sent) {
      const auto answer = co_await connection->read_head(false);
      if (answer) status = answer->status;
    }
  }
  deadline->disarm();
  connection->close();
  co_return status;
}

void take_result(const Backend& backend, Check& check, int status) {
  const bool was = backend.endpoint.healthy();
  const bool is = check.tally.add(status >= 200 && status < 300);
  backend.endpoint.set_healthy(is);
  if (is == was) return;
  check.log.log(is ? telemetry::Level::info : telemetry::Level::warn, is ? "backend_healthy" : "backend_unhealthy",
                {{"backend", backend.config.name}, {"status", status}});
}

std::chrono::nanoseconds jittered(std::chrono::nanoseconds interval, upstream::Random& random) {
  const auto fifth = static_cast<std::uint64_t>(interval.count() / 5);
  return interval - interval / 10 + std::chrono::nanoseconds(random.below(fifth + 1));
}

Task<void> check_forever(std::shared_ptr<Check> check) {
  Timer timer(co_await asio::this_coro::executor);
  for (;;) {
    std::shared_ptr<const Backend> backend = check->backend.lock();
    if (!backend) co_return;
    const int status = co_await ask(backend, *check);
    take_result(*backend, *check, status);
    backend.reset();  // a check that sleeps keeps no backend alive
    timer.expires_after(jittered(check->policy.interval, check->random));
    co_await timer.async_wait(kAwait);
  }
}

}  // namespace

void start_health_checks(UpstreamClient& client, const std::shared_ptr<const Backend>& backend,
                         const upstream::HealthCheckPolicy& policy,
                         std::vector<std::pair<std::string, std::string>> headers, telemetry::Logger& log) {
  Headers sent{{"User-Agent", "signalbox-health-check"}};
  for (auto& [name, value] : headers) sent.add(std::move(name), std::move(value));
  const std::uint64_t seed = std::hash<std::string>{}(backend->config.name) ^ backend->config.port;
  std::shared_ptr<Check> check(new Check{backend, policy, std::move(sent), log, upstream::SharedRandom(seed), {}});
  asio::co_spawn(client.executor(), check_forever(std::move(check)), asio::detached);
}

}  // namespace signalbox::gateway
