#include "gateway/upstream_pools.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <latch>

#include "gateway/backend.h"
#include "gateway/upstream_connection.h"

namespace signalbox::gateway {

using Kind = UpstreamError::Kind;

// A request in the queue. Whoever decides its fate says so here and wakes it.
struct UpstreamLane::Waiter {
  explicit Waiter(Executor executor) : decided(executor) {}
  void decide(std::optional<Kind> fate) {
    if (is_decided) return;
    is_decided = true;
    refused = fate;
    decided.notify();
  }
  Event decided;
  bool is_decided = false;
  std::optional<Kind> refused;  // none: it has the slot
};

void UpstreamSlot::leave() {
  UpstreamLane* const lane = std::exchange(lane_, nullptr);
  if (lane == nullptr) return;
  while (!lane->waiting.empty()) {
    const std::shared_ptr<UpstreamLane::Waiter> next = std::move(lane->waiting.front());
    lane->waiting.pop_front();
    if (next->is_decided) continue;
    next->decide(std::nullopt);  // the slot changes hands
    return;
  }
  --lane->in_use;
}

UpstreamSlot UpstreamPools::enter(const Executor& executor, const Backend& backend) {
  UpstreamLane& lane = parts_[io_.index_of(executor)].lanes[&backend];
  if (lane.in_use >= backend.config.max_connections) return {};
  ++lane.in_use;
  return UpstreamSlot(&lane);
}

Task<std::expected<UpstreamSlot, Kind>> UpstreamPools::wait(Executor executor, std::shared_ptr<const Backend> backend,
                                                            CancelToken& client_left) {
  UpstreamLane& lane = parts_[io_.index_of(executor)].lanes[backend.get()];
  std::erase_if(lane.waiting, [](const auto& waiter) { return waiter->is_decided; });  // that gave up
  if (lane.waiting.size() >= backend->config.max_pending) co_return std::unexpected(Kind::overloaded);
  auto waiter = std::make_shared<UpstreamLane::Waiter>(executor);
  lane.waiting.push_back(waiter);
  const CancelToken::Registration left = client_left.on_cancel([waiter] { waiter->decide(Kind::cancelled); });
  auto deadline = std::make_shared<Watchdog>(executor, [waiter] { waiter->decide(Kind::overloaded); });
  deadline->set(std::chrono::steady_clock::now() + backend->config.timeouts.connect);
  backend->metrics.pending.add(1);
  co_await waiter->decided.wait();
  backend->metrics.pending.add(-1);
  deadline->disarm();
  if (waiter->refused) co_return std::unexpected(*waiter->refused);
  co_return UpstreamSlot(&lane);
}

ConnectionPtr UpstreamPools::take(const Executor& executor, const Backend& backend) {
  Part& part = parts_[io_.index_of(executor)];
  auto it = part.lanes.find(&backend);
  if (it == part.lanes.end()) return nullptr;
  std::vector<ConnectionPtr>& idle = it->second.idle;
  auto oldest_allowed = std::chrono::steady_clock::now() - backend.config.idle_timeout;
  while (!idle.empty()) {  // the most recently used first: it is the least likely to have been closed
    ConnectionPtr connection = std::move(idle.back());
    idle.pop_back();
    if (connection->idle_since > oldest_allowed && connection->still_current() && connection->still_quiet())
      return connection;
    connection->close();
  }
  return nullptr;
}

void UpstreamPools::give(const Executor& executor, ConnectionPtr connection) {
  std::size_t index = io_.index_of(executor);
  Part& part = parts_[index];
  auto& idle = part.lanes[connection->backend().get()].idle;
  if (part.closed || idle.size() >= connection->backend()->config.max_idle) return connection->close();
  connection->idle_since = std::chrono::steady_clock::now();
  idle.push_back(std::move(connection));
  if (std::exchange(part.sweeping, true)) return;
  asio::co_spawn(executor, sweep(weak_from_this(), index), asio::detached);
}

void UpstreamPools::drop_expired(Part& part) {
  auto now = std::chrono::steady_clock::now();
  for (auto& [backend, lane] : part.lanes) {
    std::erase_if(lane.idle, [&](const ConnectionPtr& connection) {
      return now - connection->idle_since >= connection->backend()->config.idle_timeout;
    });
  }
  std::erase_if(part.lanes, [](const auto& entry) { return entry.second.empty(); });
}

// Closes what nobody asked for again. Runs only while something is pooled.
Task<void> UpstreamPools::sweep(std::weak_ptr<UpstreamPools> weak, std::size_t part) {
  Timer timer(co_await asio::this_coro::executor);
  for (;;) {
    timer.expires_after(std::chrono::seconds(1));
    co_await timer.async_wait(kAwait);
    auto self = weak.lock();
    if (!self) co_return;
    Part& own = self->parts_[part];
    drop_expired(own);
    const auto holds = [](const auto& entry) { return !entry.second.idle.empty(); };
    if (std::any_of(own.lanes.begin(), own.lanes.end(), holds)) continue;
    own.sweeping = false;
    co_return;
  }
}

void UpstreamPools::close() {
  auto clear = [this](std::size_t i) {
    parts_[i].closed = true;
    for (auto& [backend, lane] : parts_[i].lanes) lane.idle.clear();
  };
  if (io_.stopped) {
    for (std::size_t i = 0; i < parts_.size(); ++i) clear(i);
    return;
  }
  std::latch cleared(static_cast<std::ptrdiff_t>(parts_.size()));
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    asio::post(io_.executor(i), [&, i] {
      clear(i);
      cleared.count_down();
    });
  }
  cleared.wait();
}

}  // namespace signalbox::gateway
