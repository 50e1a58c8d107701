// Internal to the gateway: who may ask, for which models, and how much. The calls that the pipeline makes into auth/.
//
// One object serves all requests; what it remembers is in AccessState, outside the snapshots. Thread-safe.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string_view>

#include "auth/access_metrics.h"
#include "auth/access_state.h"
#include "gateway/exchange.h"
#include "protocol/usage.h"
#include "telemetry/clock.h"

namespace signalbox::gateway {

class ClientAccess {
 public:
  ClientAccess(auth::AccessState& state, telemetry::Registry& metrics, const telemetry::Clock& clock)
      : state_(state), clock_(clock), metrics_(metrics, state.ledger) {}

  // The sender by its credential; 401 for a wrong or missing one, 503 while an issuer's keys are not there.
  std::expected<auth::Principal, Reply> authenticate(const router::Snapshot& snapshot, const HttpRequest& request);
  std::optional<Reply> authenticate(Exchange& exchange);

  // Which budgets the request will be charged to. Before the policy acts: a metered stream must report its usage.
  void plan(Exchange& exchange) const;
  // Charges them, with the prompt's estimated tokens and the most that the answer may have. 429 when one is used up.
  std::optional<Reply> admit(Exchange& exchange);
  // At the end: what was used takes the place of what was set aside. `answered`: a backend sent an answer that counts.
  void settle(Exchange& exchange, bool answered, const std::optional<protocol::TokenUsage>& usage);

 private:
  Reply over_budget(const Exchange& exchange, const auth::BudgetLedger::Refusal& refusal,
                    const auth::BudgetLedger::Charge& charge);

  auth::AccessState& state_;
  const telemetry::Clock& clock_;
  auth::AccessMetrics metrics_;
};

// Who the sender is in the end: its key or token; or, where that names nobody or acts for others, identity headers.
evidence::Identity client_identity(const router::Snapshot& snapshot, const auth::Principal& principal,
                                   const HttpRequest& request);

// Models that the sender may use; empty when nothing restricts them. Holds references to its arguments.
std::function<bool(std::string_view)> model_filter(const router::Snapshot& snapshot, const auth::Principal& principal,
                                                   std::string_view team);

// 403 model_not_allowed.
Reply model_not_allowed(std::string_view model);

}  // namespace signalbox::gateway
