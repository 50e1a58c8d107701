#include "gateway/passthrough.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gateway/client_access.h"
#include "gateway/local_embeddings.h"
#include "protocol/openai_prompts.h"

namespace signalbox::gateway {
namespace {

Reply refusal(int status, std::string_view type, std::string_view code, std::string_view message,
              std::string_view path) {
  return {error_response(status, type, code, message), path, std::string(code)};
}

template <protocol::PromptKind kind>
std::optional<Reply> read_prompts(Exchange& exchange) {
  protocol::RequestLimits limits;
  limits.json.max_bytes = static_cast<std::size_t>(exchange.snapshot->spec->global.router.max_body_bytes);
  std::expected<protocol::Request, protocol::Error> request =
      protocol::parse_openai_prompts(exchange.http.body, kind, limits);
  if (!request) {
    const protocol::Error& error = request.error();
    return Reply{json_response(error.status, protocol::to_json(error)), "error", error.code};
  }
  exchange.http.body = {};  // the request keeps its own copy
  exchange.request = std::move(*request);
  exchange.evidence =
      evidence::from_request(*exchange.request, client_identity(*exchange.snapshot, exchange.principal, exchange.http));
  if (exchange.snapshot->recipe_of(exchange.request->model) == nullptr) return std::nullopt;
  return refusal(400, "invalid_request_error", "virtual_model",
                 "this endpoint takes the name of a configured model, not a virtual one", "error");
}

constexpr std::array<Endpoint, 3> kEndpoints{{
    {"/v1/chat/completions", &read_request, ""},
    {"/v1/embeddings", &read_prompts<protocol::PromptKind::embeddings>, "/embeddings"},
    {"/v1/completions", &read_prompts<protocol::PromptKind::completions>, "/completions"},
}};

bool has_security_decisions(const router::Recipe& recipe) {
  const auto& decisions = recipe.engine->program().decisions;
  return std::any_of(decisions.begin(), decisions.end(), [](const auto& decision) { return decision.security; });
}

// The decision that won, if its plugins cannot act on such a body.
std::optional<Reply> refuse_plugins(const router::RecipeDecision& decision) {
  for (const std::string& type : decision.plugin_types) {
    if (type == "header_mutation" || type == "block") continue;
    if (type == "fast_response" || type == "clarify") {
      return refusal(403, "permission_error", "blocked",
                     fmt::format("decision \"{}\" does not pass this request on", decision.name), "blocked");
    }
    return refusal(422, "invalid_request_error", "unsupported_endpoint",
                   fmt::format("decision \"{}\" changes requests by {}, which this endpoint cannot carry out",
                               decision.name, type),
                   "blocked");
  }
  return std::nullopt;
}

}  // namespace

const Endpoint* find_endpoint(std::string_view path) {
  for (const Endpoint& endpoint : kEndpoints) {
    if (endpoint.path == path) return &endpoint;
  }
  return nullptr;
}

bool is_open(const Endpoint& endpoint, const router::Snapshot& snapshot) {
  if (endpoint.upstream.empty()) return true;
  if (endpoint.upstream == "/embeddings" && snapshot.spec->global.router.local_embeddings) return true;
  const std::vector<std::string>& open = snapshot.spec->global.router.passthrough_endpoints;
  return std::find(open.begin(), open.end(), endpoint.upstream.substr(1)) != open.end();
}

std::optional<Reply> refuse_passthrough(const Exchange& exchange) {
  if (exchange.endpoint.empty()) return std::nullopt;
  if (auto other = refuse_other_embedders(exchange)) return other;
  const bool guarded = exchange.snapshot->spec->global.router.passthrough == router::Passthrough::guarded;
  if (guarded && !(exchange.evidence.opaque.empty() && exchange.evidence.documents.empty()) &&
      has_security_decisions(*exchange.judgement.recipe)) {
    return refusal(422, "invalid_request_error", "unjudged_content",
                   "the policy judges texts, and this request holds content that is not text (token ids, objects)",
                   "blocked");
  }
  return exchange.judgement.decision != nullptr ? refuse_plugins(*exchange.judgement.decision) : std::nullopt;
}

}  // namespace signalbox::gateway
