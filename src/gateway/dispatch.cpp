#include "gateway/dispatch.h"

#include <random>
#include <utility>

namespace signalbox::gateway {

using Kind = UpstreamError::Kind;
using upstream::AttemptEnd;
using Target = upstream::Attempts::Target;

namespace {

AttemptEnd end_of(const std::expected<ResponseHead, UpstreamError>& head) {
  if (head) return {AttemptEnd::Kind::answered, head->status};
  switch (head.error().kind) {
    case Kind::connect_failed:
    case Kind::tls_failed:
    case Kind::timeout_connect:
      return {AttemptEnd::Kind::not_sent, 0};
    case Kind::overloaded:
      return {AttemptEnd::Kind::overloaded, 0};
    default:
      return {AttemptEnd::Kind::no_answer, 0};
  }
}

// A request counts at its backend from before it is sent until its answer is over, however that ends.
class ActiveRequest {
 public:
  explicit ActiveRequest(std::shared_ptr<const Backend> backend) : backend_(std::move(backend)) {
    backend_->endpoint.begin();
    backend_->metrics.active.add(1);
    backend_->metrics.requests.increment();
  }
  ~ActiveRequest() {
    backend_->endpoint.end();
    backend_->metrics.active.add(-1);
  }
  ActiveRequest(const ActiveRequest&) = delete;
  ActiveRequest& operator=(const ActiveRequest&) = delete;

 private:
  std::shared_ptr<const Backend> backend_;
};

constexpr asio::use_awaitable_t<Executor> kWhatIsReady{};

// Whether writing should wait for a turn of the event loop (co_await asio::post(…, kWhatIsReady)): then everything that
// is ready is read and judged first, and what all those requests send goes out in a row. The first write wakes the
// receiver and the others find it awake; alone, each pays for a wake-up, which costs more than the rest of the write.
bool has_company(const Backend& backend) {
  return backend.endpoint.active() > 1;
}

// A stream's head is news by itself: the client may show that its answer has begun, or leave. Of any other answer it is
// worth nothing without the body, and without it another backend can still be asked.
bool waits_for_body(const ResponseHead& head) {
  return head.status < 400 && !is_event_stream(head.headers);
}

// False when the client leaves meanwhile.
Task<bool> pause(std::chrono::nanoseconds time, CancelToken& client_left) {
  if (time.count() > 0 && !client_left.cancelled()) {
    Timer timer(co_await asio::this_coro::executor);
    timer.expires_after(time);
    const CancelToken::Registration left = client_left.on_cancel([&timer] { timer.cancel(); });
    co_await timer.async_wait(kAwait);
  }
  co_return !client_left.cancelled();
}

// A small answer that is thrown away has come whole more often than not: then its connection can be used again.
void discard(UpstreamExchange& exchange) {
  if (!exchange.at_end()) static_cast<void>(exchange.take_buffered());
}

}  // namespace

Dispatcher::Dispatcher(const ChatServices& services)
    : s_(services),
      random_(std::random_device{}()),
      failovers_(services.metrics
                     .counter("signalbox_upstream_failovers_total",
                              "Requests that were sent to the next model of their decision.")
                     .get()),
      out_of_budget_(services.metrics
                         .counter("signalbox_upstream_retry_budget_exhausted_total",
                                  "Retries that were not made because too many were made already.")
                         .get()) {}

Task<Dispatched> Dispatcher::run(Route& route, ResponseWriter& writer, BodyObserver* observer) {
  Dispatched result;
  upstream::Attempts attempts(route, random_);
  std::optional<Target> target = attempts.first(s_.clock.steady_now());
  while (target) {
    result.attempts = attempts.made();
    result.candidate = target->candidate;
    result.backend = route.upstream(target->candidate).backends[target->backend];
    const bool waits = target->wait.count() > 0 || writer.client_left().cancelled();
    if (waits && !co_await pause(target->wait, writer.client_left())) {
      result.forward.error = UpstreamError{Kind::cancelled, {}};
      break;
    }
    const ActiveRequest active(result.backend);
    if (route.needs_preparing()) co_await route.prepare(target->candidate, target->backend);
    UpstreamExchange exchange =
        s_.upstream.exchange(route.request(target->candidate, target->backend), writer.client_left());
    if (has_company(*result.backend)) co_await asio::post(co_await asio::this_coro::executor, kWhatIsReady);
    std::expected<ResponseHead, UpstreamError> head = co_await exchange.start();
    if (head && waits_for_body(*head) && !exchange.has_body_bytes()) {
      if (auto begun = co_await exchange.wait_for_body(); !begun) head = std::unexpected(std::move(begun.error()));
    }
    const AttemptEnd end = end_of(head);
    result.forward.error = head ? std::nullopt : std::optional(std::move(head.error()));
    if (result.forward.error && result.forward.error->kind == Kind::cancelled) break;
    if (head) result.backend->metrics.answered(head->status);
    if (end.is_failure()) report(route, target->candidate, target->backend, true);
    const std::optional<Target> other = next(attempts, end, result);
    if (other) {
      if (head) discard(exchange);
      target = other;
      continue;
    }
    if (!head) break;
    if (has_company(*result.backend)) co_await asio::post(co_await asio::this_coro::executor, kWhatIsReady);
    co_await finish(route, exchange, std::move(*head), writer, observer, result);
    const bool broke_off = result.forward.error && result.forward.error->kind != Kind::cancelled;
    if (!end.is_failure()) report(route, target->candidate, target->backend, broke_off);
    co_return result;
  }
  const bool left = result.forward.error && result.forward.error->kind == Kind::cancelled;
  if (!result.forward.error) result.forward.error = UpstreamError{Kind::connect_failed, "no backend"};
  result.forward.answerable = !left;
  co_return result;
}

Task<void> Dispatcher::finish(Route& route, UpstreamExchange& exchange, ResponseHead head, ResponseWriter& writer,
                              BodyObserver* observer, Dispatched& result) {
  ForwardOptions options;
  options.add = route.answered_by(result.candidate);
  options.observer = observer;
  return deliver(exchange, std::move(head), writer, std::move(options), result.forward);
}

std::optional<Target> Dispatcher::next(upstream::Attempts& attempts, const AttemptEnd& end, const Dispatched& so_far) {
  if (end.kind == AttemptEnd::Kind::answered && end.status < 400) return std::nullopt;  // nearly always
  const std::optional<Target> target = attempts.next(end, s_.clock.steady_now());
  if (attempts.refusal() == upstream::Attempts::Reason::budget) out_of_budget_.increment();
  if (!target) return target;
  so_far.backend->metrics.retries.increment();
  if (target->candidate != so_far.candidate) failovers_.increment();
  return target;
}

void Dispatcher::report(Route& route, std::size_t candidate, std::size_t backend, bool failure) {
  UpstreamModel& model = route.upstream(candidate);
  const auto ejected = model.cluster->report(backend, failure, s_.clock.steady_now());
  if (!ejected) return;
  const Backend& gone = *model.backends[backend];
  gone.metrics.ejections.increment();
  gone.metrics.healthy.set(0);
  s_.log.log(telemetry::Level::warn, "backend_ejected",
             {{"backend", gone.config.name}, {"seconds", std::chrono::duration<double>(*ejected).count()}});
}

}  // namespace signalbox::gateway
