// Internal to the gateway: idle connections to backends, and the bound on how many requests a backend gets at a time.
//
// Each I/O thread has its own part and touches no other: no locks. A request holds a slot from before it has a
// connection until its answer is over; when max_connections are held, the next max_pending requests wait in order, for
// timeouts.connect at most, and what is beyond is refused at once. The slots of all requests bound the connections,
// too: a new one is opened only when no idle one is left.
#pragma once

#include <deque>
#include <expected>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gateway/io.h"
#include "gateway/upstream_error.h"

namespace signalbox::gateway {

class Backend;
class UpstreamConnection;
class UpstreamPools;
using ConnectionPtr = std::shared_ptr<UpstreamConnection>;

// A backend's connections and queue on one I/O thread.
struct UpstreamLane {
  struct Waiter;
  std::vector<ConnectionPtr> idle;
  std::size_t in_use = 0;
  std::deque<std::shared_ptr<Waiter>> waiting;

  bool empty() const { return idle.empty() && in_use == 0 && waiting.empty(); }
};

// The right to one request at a backend; belongs to one I/O thread, and must not outlive the pools.
class UpstreamSlot {
 public:
  UpstreamSlot() = default;
  explicit UpstreamSlot(UpstreamLane* lane) : lane_(lane) {}
  UpstreamSlot(UpstreamSlot&& other) noexcept : lane_(std::exchange(other.lane_, nullptr)) {}
  UpstreamSlot& operator=(UpstreamSlot&& other) noexcept {
    if (this != &other) {
      leave();
      lane_ = std::exchange(other.lane_, nullptr);
    }
    return *this;
  }
  ~UpstreamSlot() { leave(); }
  explicit operator bool() const { return lane_ != nullptr; }

 private:
  void leave();  // the next one in the queue gets it
  UpstreamLane* lane_ = nullptr;
};

class UpstreamPools : public std::enable_shared_from_this<UpstreamPools> {
 public:
  explicit UpstreamPools(IoThreads::Impl& io) : io_(io), parts_(io.loops.size()) {}

  // At once, or an empty one.
  UpstreamSlot enter(const Executor& executor, const Backend& backend);
  // In the queue. The error is overloaded or cancelled.
  Task<std::expected<UpstreamSlot, UpstreamError::Kind>> wait(Executor executor, std::shared_ptr<const Backend> backend,
                                                              CancelToken& client_left);

  ConnectionPtr take(const Executor& executor, const Backend& backend);
  void give(const Executor& executor, ConnectionPtr connection);
  void close();  // from outside the I/O threads

 private:
  struct Part {
    std::unordered_map<const Backend*, UpstreamLane> lanes;  // their addresses are stable
    bool sweeping = false;
    bool closed = false;
  };
  static Task<void> sweep(std::weak_ptr<UpstreamPools> weak, std::size_t part);
  static void drop_expired(Part& part);

  IoThreads::Impl& io_;
  std::vector<Part> parts_;
};

}  // namespace signalbox::gateway
