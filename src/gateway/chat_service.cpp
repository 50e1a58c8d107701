#include "gateway/chat_service.h"

#include <utility>

#include "gateway/access_log.h"
#include "gateway/admission.h"
#include "gateway/chat_metrics.h"
#include "gateway/client_access.h"
#include "gateway/exchange.h"
#include "gateway/handler.h"
#include "gateway/judging.h"
#include "gateway/local_embeddings.h"
#include "gateway/models_endpoint.h"
#include "gateway/passthrough.h"
#include "gateway/relay.h"
#include "gateway/vsr_headers.h"

namespace signalbox::gateway {

namespace {

class ChatService final : public Handler {
 public:
  explicit ChatService(const ChatServices& services)
      : s_(services),
        metrics_(services.metrics),
        admission_(services.metrics),
        access_(services.access, services.metrics, services.clock),
        judging_(services, admission_),
        relay_(services, metrics_, access_) {}

  // No coroutine itself: what answers takes all it needs by value.
  Task<void> handle(HttpRequest request, ResponseWriter& writer) override {
    const Endpoint* const endpoint = find_endpoint(request.path);
    if (endpoint != nullptr && is_served(*endpoint)) {
      if (request.method == "POST") return handle_request(*endpoint, open(*endpoint, std::move(request)), writer);
      return send_plain(method_not_allowed("POST"), std::move(request.request_id), writer);
    }
    if (is_models_path(request.path)) return send_plain(list_models(request), std::move(request.request_id), writer);
    return send_plain(error_response(404, "invalid_request_error", "not_found", "endpoint not found"),
                      std::move(request.request_id), writer);
  }

 private:
  static HttpResponse method_not_allowed(std::string_view allow) {
    HttpResponse response = error_response(405, "invalid_request_error", "method_not_allowed", "method not allowed");
    response.headers.set("allow", std::string(allow));
    return response;
  }

  HttpResponse list_models(const HttpRequest& request) {
    if (request.method != "GET" && request.method != "HEAD") return method_not_allowed("GET");
    const SnapshotSource::Pointer snapshot = s_.snapshots.get();
    const std::expected<auth::Principal, Reply> sender = access_.authenticate(*snapshot, request);
    if (!sender) return sender.error().response;
    const evidence::Identity who = client_identity(*snapshot, *sender, request);
    return models_response(*snapshot, request.path, model_filter(*snapshot, *sender, who.team));
  }

  static Task<void> send_plain(HttpResponse response, std::string request_id, ResponseWriter& writer) {
    add_base_headers(response.headers, response.status < 400 ? "upstream" : "error");
    if (response.status < 400) response.headers.remove("x-vsr-response-path");
    response.headers.set("x-request-id", request_id);
    co_await writer.send(std::move(response));
  }

  bool is_served(const Endpoint& endpoint) const {
    return endpoint.upstream.empty() || is_open(endpoint, *s_.snapshots.get());
  }

  // One request, pass by pass. Each pass may answer; what is left at the end goes upstream.
  Task<void> handle_request(const Endpoint& endpoint, ExchangePtr exchange, ResponseWriter& writer) {
    const Admission::Slot slot = admission_.enter(exchange->snapshot->spec->global.router.overload.max_active_requests);
    std::optional<Reply> reply = slot ? std::nullopt : too_many_requests();
    if (!reply) reply = access_.authenticate(*exchange);  // 401: whoever has no business here
    CancelToken& left = writer.client_left();
    // bytes -> request and evidence, strictly; evidence -> signals -> decision -> model
    if (!reply) reply = co_await judging_.judge(exchange, left, endpoint.read);
    if (!reply) {
      metrics_.judged(*exchange);
      reply = refuse(*exchange);                          // 403, 404, 503: before anything acts
      if (!reply) reply = refuse_passthrough(*exchange);  // what this endpoint cannot carry out
    }
    if (!reply) access_.plan(*exchange);                  // which budgets count it
    if (!reply && Judging::applies_on_pool(*exchange)) {  // plugins, model name, headers: as splices
      reply = co_await judging_.apply(exchange, left);
    } else if (!reply) {
      apply_policy(*exchange);
    }
    if (!reply) reply = answer_fast(*exchange, s_.clock);  // the policy answers by itself
    if (!reply) reply = access_.admit(*exchange);          // 429: a budget is used up
    if (!reply && is_local_embedding(*exchange)) {         // the model of this process answers
      reply = co_await judging_.embed(exchange, left);
      settle_local(*exchange);
    }
    if (reply) {
      co_await answer(exchange, std::move(*reply), writer);
    } else {
      co_await relay_.run(exchange, writer);  // a model answers
    }
  }

  static std::optional<Reply> too_many_requests() {
    return Reply{overloaded_response("too many requests are being answered", 1), "error", "overloaded"};
  }

  ExchangePtr open(const Endpoint& endpoint, HttpRequest request) const {
    ExchangePtr exchange = std::make_shared<Exchange>();
    exchange->snapshot = s_.snapshots.get();
    exchange->endpoint = endpoint.upstream;
    exchange->received = s_.clock.steady_now();
    exchange->debug = request.headers.get("x-vsr-debug").value_or("") == "true";
    exchange->http = std::move(request);
    return exchange;
  }

  void settle_local(Exchange& exchange) {
    std::optional<protocol::TokenUsage> usage;
    if (exchange.embedded_tokens) usage = protocol::TokenUsage{.prompt_tokens = *exchange.embedded_tokens};
    metrics_.answered(exchange, s_.clock.steady_now() - exchange.received, usage);
    access_.settle(exchange, usage.has_value(), usage);
  }

  Task<void> answer(ExchangePtr exchange, Reply reply, ResponseWriter& writer) {
    for (const auto& [name, value] : response_headers(*exchange, reply.path)) reply.response.headers.set(name, value);
    const int status = reply.response.status;
    if (status >= 400) metrics_.error(model_label(*exchange), reply.reason);
    log_access(s_.log, *exchange, {status, reply.path, reply.reason}, s_.clock.steady_now());
    if (status != 499) co_await writer.send(std::move(reply.response));  // that client is not there
  }

  ChatServices s_;
  ChatMetrics metrics_;
  Admission admission_;
  ClientAccess access_;
  Judging judging_;
  Relay relay_;
};

}  // namespace

std::shared_ptr<Handler> make_chat_service(const ChatServices& services) {
  return std::make_shared<ChatService>(services);
}

}  // namespace signalbox::gateway
