// What authentication and budgets add to the metrics. Labels are configured names only: a client cannot make series.
//
// Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "auth/access_state.h"
#include "auth/budgets.h"
#include "auth/principal.h"
#include "telemetry/metrics.h"

namespace signalbox::auth {

class AccessMetrics {
 public:
  // `ledger` is asked for its size at each scrape.
  AccessMetrics(telemetry::Registry& registry, std::shared_ptr<const BudgetLedger> ledger);

  void accepted(const Principal& principal);
  void refused(std::string_view reason);
  void over_budget(std::string_view rule, std::string_view measure);
  void not_kept();  // fail_open: passed although its budget could not be kept
  // An answer's usage; nothing where the backend reported none.
  void used(std::string_view key, std::string_view model, const std::optional<Usage>& usage, const Prices* prices);

 private:
  using Counters = telemetry::Family<telemetry::Counter>;
  Counters& accepted_;
  Counters& refused_;
  Counters& over_budget_;
  Counters& not_kept_;
  Counters& tokens_;
  Counters& cost_;
  Counters& model_cost_;
  Counters& unreported_;
};

}  // namespace signalbox::auth
