#include "gateway/client_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "auth/budgets.h"
#include "auth/client_auth.h"
#include "auth/credential.h"
#include "gateway/identity.h"
#include "text/tokens.h"

namespace signalbox::gateway {

using auth::AuthError;
using auth::Principal;

namespace {

constexpr std::string_view kAuthorization = "authorization";
constexpr std::string_view kApiKey = "x-api-key";
constexpr std::int64_t kTokensOfPicture = 1'000;  // providers count 85 to about 1,600
constexpr std::int64_t kMostTokens = 1'000'000'000;
constexpr std::size_t kMaxEchoedName = 128;

// RFC 6750 §3: without a credential nothing but the scheme, with a bad one what is wrong with it.
std::string challenge(const AuthError& error) {
  if (error.reason == AuthError::Reason::missing_credential) return "Bearer realm=\"signalbox\"";
  return fmt::format("Bearer realm=\"signalbox\", error=\"invalid_token\", error_description=\"{}\"", error.message);
}

Reply refusal(const AuthError& error) {
  const std::string reason(auth::to_string(error.reason));
  if (error.reason == AuthError::Reason::keys_unavailable) {
    HttpResponse response = error_response(503, "server_error", "auth_unavailable", error.message);
    response.headers.set("retry-after", "5");
    return {std::move(response), "blocked", reason};
  }
  const bool missing = error.reason == AuthError::Reason::missing_credential;
  const std::string message =
      missing ? "the request holds no API key: send one as a bearer token (Authorization: Bearer …) or as x-api-key"
              : fmt::format("{}", error.message);
  HttpResponse response = error_response(401, "invalid_request_error", "invalid_api_key", message);
  response.headers.set("www-authenticate", challenge(error));
  return {std::move(response), "blocked", reason};
}

auth::BudgetSubject subject_of(const Exchange& exchange) {
  const evidence::Identity& who = exchange.evidence.identity;
  auth::BudgetSubject subject;
  if (exchange.principal.method == Principal::Method::key) subject.key = exchange.principal.label;
  if (who.verified) {
    subject.user = who.user;
    subject.team = who.team;
    subject.tenant = who.tenant;
    subject.groups = who.groups;
  }
  subject.model = exchange.snapshot->models[*exchange.judgement.model].name;
  return subject;
}

std::int64_t estimated_prompt(const evidence::Evidence& evidence) {
  const text::TokenEstimator estimator;
  std::int64_t tokens = kTokensOfPicture * static_cast<std::int64_t>(evidence.images.size());
  for (const evidence::Text& text : evidence.texts) tokens += estimator.estimate(text.text);
  for (const evidence::ToolDefinition& tool : evidence.tools) {
    tokens += estimator.estimate(tool.description) + estimator.estimate(tool.parameters);
  }
  return tokens;
}

// Of all choices together. What the client does not bound is assumed.
std::int64_t most_completion(const Exchange& exchange, std::int64_t assumed) {
  if (exchange.endpoint == "/embeddings") return 0;
  const protocol::Request& request = *exchange.request;
  const std::int64_t one = std::clamp<std::int64_t>(request.max_tokens.value_or(assumed), 0, kMostTokens);
  const std::int64_t choices = std::clamp<std::int64_t>(request.tree.root()["n"].integer().value_or(1), 1, 128);
  return one * choices;
}

const auth::Prices* prices_of(const Exchange& exchange) {
  const std::optional<auth::Prices>& prices = exchange.snapshot->models[*exchange.judgement.model].prices;
  return prices ? &*prices : nullptr;
}

std::int64_t whole_seconds(std::chrono::nanoseconds time) {
  return std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(time).count());
}

}  // namespace

std::expected<Principal, Reply> ClientAccess::authenticate(const router::Snapshot& snapshot,
                                                           const HttpRequest& request) {
  const auth::ClientAuth& clients = *snapshot.client_auth;
  if (!clients.configured(request.listener)) return Principal();
  const std::expected<std::string_view, AuthError> credential =
      auth::credential_in(request.headers.all(kAuthorization), request.headers.all(kApiKey));
  const auth::ClientAuth::Moment now{clock_.system_now(), clock_.steady_now()};
  std::expected<Principal, AuthError> principal =
      credential ? clients.authenticate(*credential, request.listener, state_.key_sets, now)
                 : std::unexpected(credential.error());
  if (!principal) {
    metrics_.refused(auth::to_string(principal.error().reason));
    return std::unexpected(refusal(principal.error()));
  }
  metrics_.accepted(*principal);
  return std::move(*principal);
}

std::optional<Reply> ClientAccess::authenticate(Exchange& exchange) {
  std::expected<Principal, Reply> principal = authenticate(*exchange.snapshot, exchange.http);
  if (!principal) return std::move(principal.error());
  exchange.principal = std::move(*principal);
  return std::nullopt;
}

void ClientAccess::plan(Exchange& exchange) const {
  const auth::Budgets& budgets = *exchange.snapshot->budgets;
  if (budgets.empty() || !exchange.judgement.model) return;
  exchange.charges = budgets.charges_for(subject_of(exchange));
  exchange.metered =
      std::any_of(exchange.charges.begin(), exchange.charges.end(),
                  [](const auth::BudgetCharge& charge) { return charge.measure != auth::Measure::requests; });
}

std::optional<Reply> ClientAccess::admit(Exchange& exchange) {
  if (exchange.charges.empty()) return std::nullopt;
  const auth::Budgets& budgets = *exchange.snapshot->budgets;
  auth::Usage estimate;
  if (exchange.metered) {
    estimate.prompt_tokens = estimated_prompt(exchange.evidence);
    estimate.completion_tokens = most_completion(exchange, budgets.assumed_completion_tokens());
  }
  std::vector<auth::BudgetLedger::Charge> charges;
  for (const auth::BudgetCharge& charge : exchange.charges) {
    charges.push_back(budgets.ledger_charge(charge, estimate, prices_of(exchange)));
  }
  auto reserved = auth::BudgetLedger::reserve(state_.ledger, charges, budgets.max_subjects(), clock_.steady_now());
  if (reserved) {
    exchange.reservation = std::move(*reserved);
    return std::nullopt;
  }
  const auth::BudgetLedger::Refusal& refused = reserved.error();
  if (refused.why == auth::BudgetLedger::Refusal::Why::too_many_subjects && budgets.fail_open()) {
    metrics_.not_kept();
    return std::nullopt;
  }
  return over_budget(exchange, refused, charges[refused.charge]);
}

Reply ClientAccess::over_budget(const Exchange& exchange, const auth::BudgetLedger::Refusal& refusal,
                                const auth::BudgetLedger::Charge& charge) {
  using Why = auth::BudgetLedger::Refusal::Why;
  const auth::Budgets& budgets = *exchange.snapshot->budgets;
  const auth::BudgetCharge& what = exchange.charges[refusal.charge];
  const std::string& rule = budgets.rule_name(what);
  const std::string_view measure = auth::to_string(what.measure);
  const std::int64_t seconds = whole_seconds(refusal.retry_after);
  std::string message = fmt::format("the budget \"{}\" ({}) is used up: try again in {} s", rule, measure, seconds);
  if (refusal.why == Why::never_fits) {
    message =
        fmt::format("the request may use more {} than the budget \"{}\" allows at all: shorten it, or lower max_tokens",
                    measure, rule);
  } else if (refusal.why == Why::too_many_subjects) {
    message = "more clients are being counted than this server keeps room for: try again shortly";
  }
  metrics_.over_budget(rule, refusal.why == Why::too_many_subjects ? "subjects" : measure);
  HttpResponse response = error_response(429, "rate_limit_error", "rate_limit_exceeded", message);
  if (refusal.why == Why::never_fits) {
    response.headers.set("x-should-retry", "false");  // as the SDKs understand it
  } else {
    response.headers.set("retry-after", fmt::format("{}", seconds));
    response.headers.set("x-ratelimit-reset", fmt::format("{}", seconds));
  }
  response.headers.set("x-ratelimit-limit", budgets.shown(what.measure, charge.limit));
  response.headers.set("x-ratelimit-remaining", budgets.shown(what.measure, refusal.remaining));
  return {std::move(response), "rate_limited", "rate_limited"};
}

void ClientAccess::settle(Exchange& exchange, bool answered, const std::optional<protocol::TokenUsage>& usage) {
  std::optional<auth::Usage> used;
  if (usage) used = auth::Usage{usage->prompt_tokens, usage->completion_tokens, usage->cached_tokens};
  if (answered) {
    const std::string& model = exchange.snapshot->models[*exchange.judgement.model].name;
    metrics_.used(exchange.principal.label, model, used, prices_of(exchange));
  } else if (!used) {
    used.emplace();  // a backend that failed has used nothing
  }
  if (exchange.charges.empty() || !used) return;  // without a report what was set aside stands
  std::vector<std::int64_t> amounts;
  for (const auth::BudgetCharge& charge : exchange.charges) {
    amounts.push_back(exchange.snapshot->budgets->amount(charge, *used, prices_of(exchange)));
  }
  exchange.reservation.settle(amounts, clock_.steady_now());
}

evidence::Identity client_identity(const router::Snapshot& snapshot, const Principal& principal,
                                   const HttpRequest& request) {
  if (!principal.identity.verified) return identity_of(snapshot, request.headers, request.peer);
  if (!principal.may_act_for) return principal.identity;
  evidence::Identity named = identity_in(snapshot, request.headers);
  if (!named.verified) return principal.identity;
  if (named.team.empty()) named.team = principal.identity.team;
  if (named.tenant.empty()) named.tenant = principal.identity.tenant;
  return named;
}

std::function<bool(std::string_view)> model_filter(const router::Snapshot& snapshot, const Principal& principal,
                                                   std::string_view team) {
  const auth::ClientAuth& clients = *snapshot.client_auth;
  if (!clients.restricts_models()) return {};
  return [&clients, &principal, team](std::string_view model) { return clients.may_use(principal, team, model); };
}

Reply model_not_allowed(std::string_view model) {
  const std::string name =
      model.empty() ? "any model of this route" : fmt::format("the model \"{}\"", model.substr(0, kMaxEchoedName));
  return {error_response(403, "permission_error", "model_not_allowed",
                         fmt::format("the API key or its team may not use {}", name)),
          "blocked", "model_not_allowed"};
}

}  // namespace signalbox::gateway
