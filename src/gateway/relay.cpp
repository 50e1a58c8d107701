#include "gateway/relay.h"

#include <optional>
#include <utility>

#include "gateway/access_log.h"
#include "gateway/answer_tap.h"
#include "gateway/exchange_route.h"
#include "gateway/handler.h"
#include "gateway/vsr_headers.h"

namespace signalbox::gateway {

namespace {

constexpr std::size_t kUsageTail = 64 * 1024;  // usage stands at the end of a body, and of a stream

// The usage object of a body, or of the last frame of a stream that has one.
std::optional<protocol::TokenUsage> usage_in(const TailCapture& tail) {
  std::string_view bytes = tail.tail();
  if (!protocol::may_hold_usage(bytes)) return std::nullopt;
  if (tail.whole() && bytes.starts_with('{')) {
    const auto report = protocol::read_usage(bytes);
    return report ? report->usage : std::nullopt;
  }
  while (!bytes.empty()) {
    const std::size_t data = bytes.rfind("data:");
    if (data == std::string_view::npos) return std::nullopt;
    std::string_view frame = bytes.substr(data + 5);
    frame = frame.substr(0, frame.find('\n'));
    const auto report = protocol::may_hold_usage(frame) ? protocol::read_usage(frame) : std::nullopt;
    if (report && report->usage) return report->usage;
    bytes = bytes.substr(0, data);
  }
  return std::nullopt;
}

// What the client saw: the head that was sent, the answer of our own that stands for an error, or nothing since it
// left.
int status_seen(const ForwardResult& result) {
  if (!result.error) return result.status;
  if (result.error->kind == UpstreamError::Kind::cancelled) return 499;
  return result.answerable ? status_of(*result.error) : result.status;
}

}  // namespace

Relay::Relay(const ChatServices& services, ChatMetrics& metrics, ClientAccess& access)
    : s_(services),
      metrics_(metrics),
      access_(access),
      upstreams_(std::make_shared<UpstreamRegistry>(services)),
      dispatcher_(services) {
  upstreams_->watch();
}

Task<void> Relay::run(ExchangePtr exchange, ResponseWriter& writer) {
  ExchangeRoute route(exchange, upstreams_->of(*exchange->snapshot), s_.compute);
  AnswerTap tail(kUsageTail, hides_usage_chunk(*exchange), exchange->edit->restores);
  const Dispatched done = co_await dispatcher_.run(route, writer, &tail);
  exchange->backend = done.backend;
  exchange->attempts = done.attempts;
  const ForwardResult& result = done.forward;
  finish(*exchange, result, tail.capture());
  if (result.error && result.answerable && result.error->kind != UpstreamError::Kind::cancelled) {
    HttpResponse response = to_response(*result.error);
    for (const auto& [name, value] : response_headers(*exchange, "error")) response.headers.set(name, value);
    co_await writer.send(std::move(response));
  }
}

void Relay::finish(Exchange& exchange, const ForwardResult& result, const TailCapture& tail) {
  const std::string_view model = model_label(exchange);
  const auto now = s_.clock.steady_now();
  const std::optional<protocol::TokenUsage> usage = usage_in(tail);
  metrics_.answered(exchange, now - exchange.received, usage);
  if (result.error) metrics_.error(model, to_string(result.error->kind));
  access_.settle(exchange, result.status >= 200 && result.status < 300, usage);
  const std::string_view reason = result.error ? to_string(result.error->kind) : std::string_view();
  log_access(s_.log, exchange, {status_seen(result), "upstream", reason}, now);
}

}  // namespace signalbox::gateway
