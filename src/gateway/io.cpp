#include "gateway/io.h"

#include <sched.h>

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace signalbox::gateway {

std::size_t usable_processors() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
  return std::max(1u, std::thread::hardware_concurrency());
}

IoThreads::IoThreads(std::size_t threads) : impl_(std::make_unique<Impl>()) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
    impl_->loops.push_back(std::make_unique<Impl::Loop>());
  }
  for (auto& loop : impl_->loops) {
    loop->thread = std::thread([&context = loop->context] { context.run(); });
  }
}

IoThreads::~IoThreads() {
  stop();
}

std::size_t IoThreads::size() const {
  return impl_->loops.size();
}

bool IoThreads::answer(std::chrono::milliseconds within) {
  struct Roll {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t missing = 0;
  };
  auto roll = std::make_shared<Roll>();  // a loop may answer after the wait is over
  roll->missing = impl_->loops.size();
  for (auto& loop : impl_->loops) {
    asio::post(loop->context, [roll] {
      const std::lock_guard lock(roll->mutex);
      --roll->missing;
      roll->changed.notify_all();
    });
  }
  std::unique_lock lock(roll->mutex);
  return roll->changed.wait_for(lock, within, [&] { return roll->missing == 0; });
}

void IoThreads::stop() {
  for (auto& loop : impl_->loops) {
    loop->work.reset();
    loop->context.stop();
  }
  for (auto& loop : impl_->loops) {
    if (loop->thread.joinable()) loop->thread.join();
  }
  impl_->stopped = true;
}

std::size_t IoThreads::Impl::index_of(const Executor& wanted) const {
  for (std::size_t i = 0; i < loops.size(); ++i) {
    if (&loops[i]->context == &wanted.context()) return i;
  }
  throw std::logic_error("executor of another IoThreads");
}

namespace {

Task<void> nothing() {
  co_return;
}

}  // namespace

Task<void> Event::wait() {
  if (std::exchange(set_, false)) return nothing();
  return asio::async_initiate<const asio::use_awaitable_t<Executor>&, void()>(
      [this](auto handler) { waiter_ = [h = std::move(handler)]() mutable { std::move(h)(); }; },
      asio::use_awaitable_t<Executor>{});
}

void Event::notify() {
  if (!waiter_) {
    set_ = true;
    return;
  }
  asio::post(executor_, std::exchange(waiter_, nullptr));
}

void Event::notify_now() {
  if (!waiter_) {
    set_ = true;
    return;
  }
  std::exchange(waiter_, nullptr)();
}

void Watchdog::set(TimePoint deadline) {
  deadline_ = deadline;
  if (deadline_ < armed_) arm();
}

void Watchdog::arm() {
  armed_ = deadline_;
  timer_.expires_at(armed_);
  timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (error || !self->on_expiry_) return;
    self->armed_ = TimePoint::max();
    if (std::chrono::steady_clock::now() >= self->deadline_) {
      self->deadline_ = TimePoint::max();
      auto callback = self->on_expiry_;  // may disarm() and so drop itself
      callback();
    } else if (self->deadline_ != TimePoint::max()) {
      self->arm();
    }
  });
}

void Watchdog::disarm() {
  deadline_ = armed_ = TimePoint::max();
  on_expiry_ = nullptr;
  timer_.cancel();
}

void CancelToken::Registration::reset() {
  if (token_ == nullptr) return;
  std::erase_if(token_->callbacks_, [this](const auto& entry) { return entry.first == id_; });
  token_ = nullptr;
}

void CancelToken::cancel() {
  if (std::exchange(cancelled_, true)) return;
  auto callbacks = std::exchange(callbacks_, {});
  for (auto& [id, callback] : callbacks) callback();
}

CancelToken::Registration CancelToken::on_cancel(std::function<void()> callback) {
  callbacks_.emplace_back(next_id_, std::move(callback));
  return {this, next_id_++};
}

}  // namespace signalbox::gateway
