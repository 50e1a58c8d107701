#include "gateway/upstream_set.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>
#include <limits>

#include "gateway/health_check.h"
#include "router/snapshot.h"

namespace signalbox::gateway {

namespace {

BackendConfig config_of(const router::Model& model, const router::BackendTarget& target,
                        const router::Snapshot& snapshot) {
  BackendConfig config;
  config.name = target.name;
  config.tls = target.tls;
  config.host = target.host;
  config.port = target.port;
  config.ca_file = target.ca_file;
  config.verify = target.tls_verify;
  config.max_connections = target.max_connections;
  config.max_pending = target.max_pending;
  config.timeouts.connect = target.connect_timeout.value_or(config.timeouts.connect);
  config.timeouts.first_byte = target.first_byte_timeout.value_or(snapshot.answer_timeout);
  config.timeouts.idle = target.idle_timeout.value_or(config.timeouts.idle);
  config.ejection = model.reliability.ejection;
  return config;
}

// Everything that makes a backend what it is. Credentials count where a check sends them.
std::string key_of(const BackendConfig& c, const router::Model& model, const router::BackendTarget& target) {
  std::string key =
      fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", c.name, c.tls, c.host, c.port, c.ca_file, c.verify,
                  c.max_connections, c.max_pending, c.timeouts.connect.count(), c.timeouts.first_byte.count(),
                  c.timeouts.idle.count(), c.ejection.consecutive_5xx, c.ejection.base_time.count());
  if (!model.reliability.health_check) return key;
  const upstream::HealthCheckPolicy& check = *model.reliability.health_check;
  key += fmt::format("|{}|{}|{}", check.path, check.interval.count(), check.timeout.count());
  for (const auto& [name, value] : target.headers) key += fmt::format("|{}:{}", name, value);
  return key;
}

}  // namespace

UpstreamSet& UpstreamRegistry::of(const router::Snapshot& snapshot) {
  return snapshot.upstreams.get<UpstreamSet>([&] { return make(snapshot); });
}

std::shared_ptr<UpstreamSet> UpstreamRegistry::make(const router::Snapshot& snapshot) {
  auto set = std::make_shared<UpstreamSet>();
  for (const router::Model& model : snapshot.models) {
    UpstreamModel entry;
    std::vector<upstream::Cluster::Member> members;
    for (const router::BackendTarget& target : model.backends) {
      entry.backends.push_back(backend_of(model, target, snapshot));
      const std::shared_ptr<const Backend>& backend = entry.backends.back();
      members.push_back({std::shared_ptr<upstream::Endpoint>(backend, &backend->endpoint), target.weight});
    }
    entry.cluster = std::make_unique<upstream::Cluster>(model.reliability, std::move(members));
    set->models.push_back(std::move(entry));
  }
  return set;
}

std::shared_ptr<const Backend> UpstreamRegistry::backend_of(const router::Model& model,
                                                            const router::BackendTarget& target,
                                                            const router::Snapshot& snapshot) {
  const BackendConfig config = config_of(model, target, snapshot);
  const std::lock_guard lock(mutex_);
  Known& known = backends_[key_of(config, model, target)];
  if (std::shared_ptr<const Backend> backend = known.backend.lock()) return backend;
  std::shared_ptr<const Backend> backend = make_backend(config);
  known = {backend, &backend->metrics.healthy};
  if (model.reliability.health_check) {
    start_health_checks(s_.upstream, backend, *model.reliability.health_check, target.headers, s_.log);
  }
  return backend;
}

// The authorities' file was there when the configuration was checked. Where it is no longer, or holds no certificate,
// the backend stays and refuses every connection: never is a certificate accepted unseen.
std::shared_ptr<const Backend> UpstreamRegistry::make_backend(const BackendConfig& config) {
  try {
    return s_.upstream.make_backend(config);
  } catch (const std::exception& error) {
    s_.log.log(telemetry::Level::error, "backend_unusable", {{"backend", config.name}, {"reason", error.what()}});
    BackendConfig closed = config;
    closed.ca_file.clear();
    closed.trusts_nobody = true;
    return s_.upstream.make_backend(std::move(closed));
  }
}

void UpstreamRegistry::watch() {
  look();
  asio::co_spawn(s_.upstream.executor(), keep_looking(weak_from_this()), asio::detached);
}

Task<void> UpstreamRegistry::keep_looking(std::weak_ptr<UpstreamRegistry> weak) {
  Timer timer(co_await asio::this_coro::executor);
  for (;;) {
    timer.expires_after(std::chrono::seconds(1));
    co_await timer.async_wait(kAwait);
    const std::shared_ptr<UpstreamRegistry> self = weak.lock();
    if (!self) co_return;
    self->look();
  }
}

void UpstreamRegistry::look() {
  of(*s_.snapshots.get());
  const auto now = s_.clock.steady_now();
  std::vector<std::shared_ptr<const Backend>> alive;  // let go of outside the lock
  const std::lock_guard lock(mutex_);
  for (auto it = backends_.begin(); it != backends_.end();) {
    std::shared_ptr<const Backend> backend = it->second.backend.lock();
    if (!backend) {  // neither healthy nor ill; one of the same name that still is there sets it again below
      it->second.healthy->set(std::numeric_limits<double>::quiet_NaN());
      it = backends_.erase(it);
      continue;
    }
    alive.push_back(std::move(backend));
    ++it;
  }
  for (const auto& backend : alive) backend->metrics.healthy.set(backend->endpoint.available(now) ? 1 : 0);
}

}  // namespace signalbox::gateway
