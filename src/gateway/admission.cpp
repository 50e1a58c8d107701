#include "gateway/admission.h"

#include <string>

namespace signalbox::gateway {

Admission::Admission(telemetry::Registry& metrics)
    : active_(std::make_shared<std::atomic<std::int64_t>>(0)),
      refused_(metrics.counter("signalbox_overload_refused_total", "Requests refused because of too much work.",
                               {"reason"})) {
  metrics.gauge_callback("signalbox_active_requests", "Requests being answered, streams included.",
                         [active = active_] { return static_cast<double>(active->load()); });
}

Admission::Slot Admission::enter(std::int64_t most) {
  if (active_->fetch_add(1, std::memory_order_relaxed) < most) return Slot(active_.get());
  active_->fetch_sub(1, std::memory_order_relaxed);
  refused("active_requests");
  return {};
}

HttpResponse overloaded_response(std::string_view message, std::int64_t retry_after_seconds) {
  HttpResponse response = error_response(503, "server_error", "overloaded", message);
  response.headers.set("retry-after", std::to_string(retry_after_seconds));
  return response;
}

}  // namespace signalbox::gateway
