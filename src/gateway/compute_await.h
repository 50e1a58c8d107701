// Internal to the gateway: awaiting work on the compute pool from a coroutine of an I/O thread.
//
//   auto result = co_await run(pool, [shared_input] { return decide(*shared_input); });   // nullopt: the pool is full
//
// The function runs on a pool thread while the coroutine sleeps. It owns (or shares) what it uses and does not refer to
// the coroutine's frame: that way nothing it touches can die before it, whatever happens to the connection.
#pragma once

#include <boost/asio/async_result.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>

#include "gateway/compute_pool.h"
#include "gateway/io.h"

namespace signalbox::gateway {
namespace detail {

// Suspends until `start(wake)`'s wake is called, from any thread, exactly once.
Task<void> suspend_until(std::move_only_function<void(std::move_only_function<void()>)> start);

template <class R>
struct ComputeResult {
  std::optional<R> value;
  std::exception_ptr failure;
};

// Takes result and function over, so that they (an exception included) are let go on this thread before the waiting
// one wakes: nothing of the work is destroyed behind the waiter's back.
template <class F, class R>
void compute(std::shared_ptr<ComputeResult<R>> result, F function) {
  try {
    result->value.emplace(function());
  } catch (...) {
    result->failure = std::current_exception();
  }
}

}  // namespace detail

// `function` is taken by value into the coroutine's frame and moved from there to the pool.
template <class F, class R = std::invoke_result_t<F&>>
Task<std::optional<R>> run(ComputePool& pool, F function, Lane lane = Lane::fast) {
  auto result = std::make_shared<detail::ComputeResult<R>>();
  co_await detail::suspend_until(
      [&pool, lane, result, f = std::move(function)](std::move_only_function<void()> wake) mutable {
        auto shared_wake = std::make_shared<std::move_only_function<void()>>(std::move(wake));
        ComputePool::Job job = [result, f = std::move(f), shared_wake]() mutable {
          detail::compute<F, R>(std::move(result), std::move(f));
          (*shared_wake)();
        };
        bool accepted = pool.try_post(std::move(job), lane);
        if (!accepted) (*shared_wake)();
      });
  if (result->failure) std::rethrow_exception(result->failure);
  co_return std::move(result->value);
}

}  // namespace signalbox::gateway
