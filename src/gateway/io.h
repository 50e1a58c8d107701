// Internal to the gateway: the Asio types its parts share. Not for other folders.
//
// Task is a coroutine bound to one I/O thread. Rule of lifetimes: a coroutine that is awaited at once may take
// references (its caller's frame is alive), one that is spawned takes everything by value or by shared_ptr, and no
// coroutine is a capturing lambda.
#pragma once

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "gateway/io_threads.h"

namespace signalbox::gateway {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using ErrorCode = boost::system::error_code;
template <class T>
using Task = asio::awaitable<T, Executor>;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;
using TimePoint = std::chrono::steady_clock::time_point;

// Completion as a tuple (error, …) instead of an exception.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> kAwait{};

struct IoThreads::Impl {
  struct Loop {
    asio::io_context context{1};
    asio::executor_work_guard<Executor> work{context.get_executor()};
    std::thread thread;
  };
  std::vector<std::unique_ptr<Loop>> loops;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stopped{false};

  Executor executor(std::size_t i) { return loops[i]->context.get_executor(); }
  Executor next_executor() { return executor(next++ % loops.size()); }
  // Which loop an executor belongs to.
  std::size_t index_of(const Executor& executor) const;
};

// Writes what the kernel takes at once, without a turn of the event loop: most answers fit into the socket's buffer.
// The socket must be non-blocking; asio::error::would_block says that waiting (async_write_some) is needed.
template <class Buffers>
std::tuple<ErrorCode, std::size_t> write_now(Socket& socket, const Buffers& buffers) {
  ErrorCode error;
  const std::size_t n = socket.write_some(buffers, error);
  return {error, n};
}

// Wakes one waiting coroutine. Both sides are on the same I/O thread. A notify() without a waiter is remembered once.
class Event {
 public:
  explicit Event(Executor executor) : executor_(executor) {}
  Task<void> wait();
  void notify();
  // The same, but the waiter runs before this returns: for the last statement of a completion handler.
  void notify_now();

 private:
  Executor executor_;
  bool set_ = false;
  std::move_only_function<void()> waiter_;
};

// One deadline of one connection, moved often and met rarely: setting it later, or clearing it, touches no timer; the
// timer looks at the deadline when it fires and sleeps on if that has moved. Belongs to an I/O thread.
class Watchdog : public std::enable_shared_from_this<Watchdog> {
 public:
  Watchdog(Executor executor, std::function<void()> on_expiry) : timer_(executor), on_expiry_(std::move(on_expiry)) {}
  void set(TimePoint deadline);
  void clear() { deadline_ = TimePoint::max(); }
  void disarm();  // for good: drops the callback (and what it holds)

 private:
  void arm();
  Timer timer_;
  std::function<void()> on_expiry_;
  TimePoint deadline_ = TimePoint::max();
  TimePoint armed_ = TimePoint::max();
};

// Tells the parties of one request that the client has left. Callbacks run on the connection's I/O thread, once.
class CancelToken {
 public:
  class Registration {
   public:
    Registration() = default;
    Registration(CancelToken* token, std::size_t id) : token_(token), id_(id) {}
    Registration(Registration&& other) noexcept : token_(std::exchange(other.token_, nullptr)), id_(other.id_) {}
    Registration& operator=(Registration&& other) noexcept {
      if (this != &other) {
        reset();
        token_ = std::exchange(other.token_, nullptr);
        id_ = other.id_;
      }
      return *this;
    }
    ~Registration() { reset(); }
    void reset();

   private:
    CancelToken* token_ = nullptr;
    std::size_t id_ = 0;
  };

  bool cancelled() const { return cancelled_; }
  void cancel();
  // The registration must not outlive the token. If it is cancelled already, the callback is not run: ask first.
  [[nodiscard]] Registration on_cancel(std::function<void()> callback);

 private:
  bool cancelled_ = false;
  std::size_t next_id_ = 0;
  std::vector<std::pair<std::size_t, std::function<void()>>> callbacks_;
};

}  // namespace signalbox::gateway
