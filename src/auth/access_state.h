// What authentication and budgets remember across requests and configurations.
//
// Owned by whoever starts the process; outlives all requests; thread-safe.
#pragma once

#include <memory>

#include "auth/budget_ledger.h"
#include "auth/key_set_store.h"

namespace signalbox::auth {

struct AccessState {
  KeySetStore key_sets;
  std::shared_ptr<BudgetLedger> ledger = std::make_shared<BudgetLedger>();
};

}  // namespace signalbox::auth
