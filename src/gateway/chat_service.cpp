#include "gateway/chat_service.h"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <utility>

#include "gateway/chat_metrics.h"
#include "gateway/compute_await.h"
#include "gateway/exchange.h"
#include "gateway/forward.h"
#include "gateway/handler.h"
#include "gateway/models_endpoint.h"
#include "gateway/vsr_headers.h"

namespace signalbox::gateway {

namespace {

constexpr std::string_view kChatPath = "/v1/chat/completions";
constexpr std::size_t kUsageTail = 64 * 1024;  // usage stands at the end of a body, and of a stream

using ExchangePtr = std::shared_ptr<Exchange>;

class ChatService final : public Handler {
 public:
  explicit ChatService(const ChatServices& services) : s_(services), metrics_(services.metrics) {}

  Task<void> handle(HttpRequest request, ResponseWriter& writer) override {
    if (request.path == kChatPath) {
      if (request.method != "POST") {
        co_await send_plain(method_not_allowed("POST"), request.request_id, writer);
      } else {
        co_await handle_chat(std::move(request), writer);
      }
    } else if (is_models_path(request.path)) {
      HttpResponse response = request.method == "GET" || request.method == "HEAD"
                                  ? models_response(*s_.snapshots.get(), request.path)
                                  : method_not_allowed("GET");
      co_await send_plain(std::move(response), request.request_id, writer);
    } else {
      co_await send_plain(error_response(404, "invalid_request_error", "not_found", "endpoint not found"),
                          request.request_id, writer);
    }
  }

 private:
  static HttpResponse method_not_allowed(std::string_view allow) {
    HttpResponse response = error_response(405, "invalid_request_error", "method_not_allowed", "method not allowed");
    response.headers.set("allow", std::string(allow));
    return response;
  }

  static Task<void> send_plain(HttpResponse response, std::string request_id, ResponseWriter& writer) {
    add_base_headers(response.headers, response.status < 400 ? "upstream" : "error");
    if (response.status < 400) response.headers.remove("x-vsr-response-path");
    response.headers.set("x-request-id", request_id);
    co_await writer.send(std::move(response));
  }

  // One request, pass by pass. Each pass may answer; what is left at the end goes upstream.
  Task<void> handle_chat(HttpRequest request, ResponseWriter& writer) {
    const ExchangePtr exchange = open(std::move(request));
    std::optional<Reply> reply = read_request(*exchange);  // bytes -> request and evidence, strictly
    if (!reply) reply = co_await judge_request(exchange);  // evidence -> signals -> decision -> model
    if (!reply) {
      metrics_.judged(*exchange);
      reply = refuse(*exchange);  // 403, 404, 503: before anything acts
    }
    if (!reply) {
      apply_policy(*exchange);                   // plugins, model name, headers: as splices
      reply = answer_fast(*exchange, s_.clock);  // the policy answers by itself
    }
    if (reply) {
      co_await answer(exchange, std::move(*reply), writer);
    } else {
      co_await relay(exchange, writer);  // a model answers
    }
  }

  ExchangePtr open(HttpRequest request) const {
    ExchangePtr exchange = std::make_shared<Exchange>();
    exchange->snapshot = s_.snapshots.get();
    exchange->received = s_.clock.steady_now();
    exchange->debug = request.headers.get("x-vsr-debug").value_or("") == "true";
    exchange->http = std::move(request);
    return exchange;
  }

  // On this thread when it takes microseconds; on the compute pool when pictures or models are waited for.
  Task<std::optional<Reply>> judge_request(ExchangePtr exchange) {
    if (!may_block(*exchange)) {
      judge(*exchange, s_.images);
      co_return std::nullopt;
    }
    evidence::ImageReader* const images = s_.images;
    const std::optional<bool> done = co_await run(s_.compute, [exchange, images] {
      judge(*exchange, images);
      return true;
    });
    if (done) co_return std::nullopt;
    HttpResponse response = error_response(503, "server_error", "overloaded", "too many requests wait to be judged");
    response.headers.set("retry-after", "1");
    co_return Reply{std::move(response), "error", "overloaded"};
  }

  Task<void> answer(ExchangePtr exchange, Reply reply, ResponseWriter& writer) {
    for (const auto& [name, value] : response_headers(*exchange, reply.path)) reply.response.headers.set(name, value);
    const int status = reply.response.status;
    if (status >= 400) metrics_.error(model_label(*exchange), reply.reason);
    log_access(*exchange, status, reply.path, reply.reason);
    co_await writer.send(std::move(reply.response));
  }

  Task<void> relay(ExchangePtr exchange, ResponseWriter& writer) {
    const router::Model& model = exchange->snapshot->models[*exchange->judgement.model];
    UpstreamRequest upstream;
    upstream.backend = backend_of(*model.backend, exchange->snapshot->answer_timeout);
    upstream.target = model.backend->path;
    upstream.headers = std::move(exchange->upstream_headers);
    upstream.body = std::make_shared<const std::string>(std::move(exchange->body));
    TailCapture tail(kUsageTail);
    ForwardOptions options;
    options.add = response_headers(*exchange, "upstream");
    options.observer = &tail;
    const ForwardResult result = co_await forward(s_.upstream, std::move(upstream), writer, std::move(options));
    finish_relay(*exchange, result, tail);
    if (result.error && result.answerable && result.error->kind != UpstreamError::Kind::cancelled) {
      HttpResponse response = to_response(*result.error);
      for (const auto& [name, value] : response_headers(*exchange, "error")) response.headers.set(name, value);
      co_await writer.send(std::move(response));
    }
  }

  void finish_relay(const Exchange& exchange, const ForwardResult& result, const TailCapture& tail) {
    const std::string_view model = model_label(exchange);
    metrics_.answered(model, s_.clock.steady_now() - exchange.received);
    if (result.error) metrics_.error(model, to_string(result.error->kind));
    if (const std::optional<protocol::TokenUsage> usage = usage_in(tail)) metrics_.tokens(model, *usage);
    log_access(exchange, result.error ? 502 : result.status, "upstream",
               result.error ? to_string(result.error->kind) : "");
  }

  // The usage object of a body, or of the last frame of a stream that has one.
  static std::optional<protocol::TokenUsage> usage_in(const TailCapture& tail) {
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

  // Connections are pooled by backend, so equal targets share one Backend, across snapshots too.
  std::shared_ptr<const Backend> backend_of(const router::BackendTarget& target, std::chrono::milliseconds timeout) {
    const std::string key =
        fmt::format("{}|{}|{}|{}|{}", target.name, target.tls, target.host, target.port, timeout.count());
    const std::lock_guard lock(mutex_);
    std::shared_ptr<const Backend>& backend = backends_[key];
    if (!backend) {
      BackendConfig config;
      config.name = target.name;
      config.tls = target.tls;
      config.host = target.host;
      config.port = target.port;
      config.timeouts.first_byte = timeout;
      backend = s_.upstream.make_backend(std::move(config));
    }
    return backend;
  }

  // Only configured names become labels: a client cannot make series.
  static std::string_view model_label(const Exchange& exchange) {
    return exchange.judgement.model ? std::string_view(exchange.snapshot->models[*exchange.judgement.model].name)
                                    : "none";
  }

  void log_access(const Exchange& exchange, int status, std::string_view path, std::string_view reason) {
    const router::Judgement& j = exchange.judgement;
    const std::chrono::duration<double, std::milli> took = s_.clock.steady_now() - exchange.received;
    s_.log.log(telemetry::Level::info, "routed",
               {{"request_id", exchange.http.request_id},
                {"status", status},
                {"path", path},
                {"recipe", j.recipe != nullptr ? std::string_view(j.recipe->name) : ""},
                {"decision", j.decision != nullptr ? std::string_view(j.decision->name) : ""},
                {"model", model_label(exchange)},
                {"reason", reason},
                {"ms", took.count()}});
  }

  ChatServices s_;
  ChatMetrics metrics_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Backend>> backends_;
};

}  // namespace

std::shared_ptr<Handler> make_chat_service(const ChatServices& services) {
  return std::make_shared<ChatService>(services);
}

}  // namespace signalbox::gateway
