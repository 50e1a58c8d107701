#include "auth/access_metrics.h"

#include <utility>

namespace signalbox::auth {

namespace {
std::string_view method_of(const Principal& principal) {
  switch (principal.method) {
    case Principal::Method::key:
      return "key";
    case Principal::Method::jwt:
      return "jwt";
    case Principal::Method::anonymous:
      break;
  }
  return "anonymous";
}
}  // namespace

AccessMetrics::AccessMetrics(telemetry::Registry& r, std::shared_ptr<const BudgetLedger> ledger)
    : accepted_(r.counter("signalbox_auth_accepted_total", "Requests whose sender was accepted.", {"method", "key"})),
      refused_(r.counter("signalbox_auth_refused_total", "Requests refused for who sent them.", {"reason"})),
      over_budget_(r.counter("signalbox_budget_refused_total", "Requests refused by a budget.", {"rule", "measure"})),
      not_kept_(r.counter("signalbox_budget_not_kept_total",
                          "Requests that passed uncounted because there was no room for their budget (fail_open).")),
      tokens_(r.counter("signalbox_budget_tokens_total", "Tokens, as reported by backends.", {"key", "model", "kind"})),
      cost_(r.counter("signalbox_budget_cost_total", "Money, by configured prices.", {"key", "model", "currency"})),
      model_cost_(r.counter("llm_model_cost_total", "Money, by configured prices.", {"model", "currency"})),
      unreported_(
          r.counter("signalbox_budget_unreported_total", "Answers whose backend reported no usage.", {"model"})) {
  r.gauge_callback("signalbox_budget_subjects", "Budgets that hold a count.",
                   [ledger = std::move(ledger)] { return static_cast<double>(ledger->subjects()); });
}

void AccessMetrics::accepted(const Principal& principal) {
  accepted_.with({method_of(principal), principal.label}).increment();
}

void AccessMetrics::refused(std::string_view reason) {
  refused_.with({reason}).increment();
}

void AccessMetrics::over_budget(std::string_view rule, std::string_view measure) {
  over_budget_.with({rule, measure}).increment();
}

void AccessMetrics::not_kept() {
  not_kept_.get().increment();
}

void AccessMetrics::used(std::string_view key, std::string_view model, const std::optional<Usage>& usage,
                         const Prices* prices) {
  if (!usage) return unreported_.with({model}).increment();
  tokens_.with({key, model, "prompt"}).increment(static_cast<double>(usage->prompt_tokens));
  tokens_.with({key, model, "completion"}).increment(static_cast<double>(usage->completion_tokens));
  if (prices == nullptr) return;
  const double cost = cost_of(*usage, *prices);
  cost_.with({key, model, prices->currency}).increment(cost);
  model_cost_.with({model, prices->currency}).increment(cost);
}

}  // namespace signalbox::auth
