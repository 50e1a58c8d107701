#include "gateway/compute_await.h"

namespace signalbox::gateway::detail {

Task<void> suspend_until(std::move_only_function<void(std::move_only_function<void()>)> start) {
  Executor executor = co_await asio::this_coro::executor;
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>&, void()>(
      [executor](auto handler, auto begin) {
        begin([executor, h = std::move(handler)]() mutable { asio::post(executor, std::move(h)); });
      },
      asio::use_awaitable_t<Executor>{}, std::move(start));
}

}  // namespace signalbox::gateway::detail
