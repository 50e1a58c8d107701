#include "gateway/sync_handler.h"

#include "gateway/compute_await.h"
#include "gateway/handler.h"

namespace signalbox::gateway {
namespace {

class PooledHandler final : public Handler {
 public:
  PooledHandler(SyncHandler function, ComputePool& pool, telemetry::Logger& log)
      : function_(std::move(function)), pool_(pool), log_(log) {}

  Task<void> handle(HttpRequest request, ResponseWriter& writer) override {
    auto shared = std::make_shared<const HttpRequest>(std::move(request));
    auto response =
        co_await run(pool_, [shared, function = &function_, log = &log_] { return answer(*function, *shared, *log); });
    if (!response) {
      response = error_response(503, "server_error", "overloaded", "The server is busy. Try again shortly.");
      response->headers.add("Retry-After", "1");
    }
    co_await writer.send(std::move(*response));
  }

 private:
  static HttpResponse answer(const SyncHandler& function, const HttpRequest& request, telemetry::Logger& log) {
    try {
      return function(request);
    } catch (const std::exception& e) {
      log.log(telemetry::Level::error, "handler_failed",
              {{"path", request.path}, {"request_id", request.request_id}, {"error", e.what()}});
      return error_response(500, "server_error", "internal_error", "The server failed to answer this request.");
    }
  }

  SyncHandler function_;
  ComputePool& pool_;
  telemetry::Logger& log_;
};

}  // namespace

std::shared_ptr<Handler> make_sync_handler(SyncHandler function, ComputePool& pool, telemetry::Logger& log) {
  return std::make_shared<PooledHandler>(std::move(function), pool, log);
}

}  // namespace signalbox::gateway
