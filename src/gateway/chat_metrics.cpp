#include "gateway/chat_metrics.h"

namespace signalbox::gateway {

using signals::Truth;

namespace {
double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

// Signals take microseconds, pictures hundreds of milliseconds.
std::vector<double> signal_buckets() {
  return {1e-6, 5e-6, 2e-5, 1e-4, 5e-4, 2e-3, 1e-2, 5e-2, 0.2, 1, 5};
}
}  // namespace

ChatMetrics::ChatMetrics(telemetry::Registry& r)
    : requests_(r.counter("llm_model_requests_total", "Requests sent to a model.", {"model"})),
      errors_(r.counter("llm_request_errors_total", "Requests that ended in an error.", {"model", "reason"})),
      signal_evaluations_(
          r.counter("llm_signal_extraction_total", "Evaluations of a signal.", {"signal_type", "signal_name"})),
      signal_matches_(r.counter("llm_signal_match_total", "Matches of a signal.", {"signal_type", "signal_name"})),
      signal_unknown_(r.counter("signalbox_signal_unknown_total", "Evaluations of a signal that ended unknown.",
                                {"signal_type", "signal_name", "reason"})),
      decision_matches_(r.counter("llm_decision_match_total", "Requests that a decision won.", {"decision_name"})),
      prompt_tokens_(r.counter("llm_model_prompt_tokens_total", "Prompt tokens, as reported by backends.", {"model"})),
      completion_tokens_(
          r.counter("llm_model_completion_tokens_total", "Completion tokens, as reported by backends.", {"model"})),
      signal_seconds_(r.histogram("llm_signal_extraction_latency_seconds", "Time of a signal type's pass.",
                                  signal_buckets(), {"signal_type"})),
      decision_seconds_(
          r.histogram("llm_decision_evaluation_latency_seconds", "Time of rules and projections.", signal_buckets())
              .get()),
      routing_seconds_(r.histogram("llm_model_routing_latency_seconds",
                                   "Time from a whole request to the choice of its model.", signal_buckets())
                           .get()),
      completion_seconds_(r.histogram("llm_model_completion_latency_seconds", "Time to the end of a model's answer.",
                                      telemetry::latency_buckets(), {"model"})),
      decision_confidence_(r.histogram("llm_decision_confidence", "Confidence of winning decisions.",
                                       {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0}, {"decision_name"})) {}

// Two snapshots are the same one if they share their owner; an address alone may have been used again.
std::shared_ptr<ChatMetrics::SnapshotSeries> ChatMetrics::series_of(
    const std::shared_ptr<const router::Snapshot>& snapshot) {
  std::shared_ptr<SnapshotSeries> held = series_.load();
  if (held && !held->snapshot.owner_before(snapshot) && !snapshot.owner_before(held->snapshot)) return held;
  held = std::make_shared<SnapshotSeries>();
  held->snapshot = snapshot;
  for (const router::Recipe& recipe : snapshot->recipes) {
    held->recipes.push_back({std::vector<SignalSeries>(recipe.engine->program().signals.size()),
                             std::vector<DecisionSeries>(recipe.decisions.size())});
  }
  held->models = std::vector<ModelSeries>(snapshot->models.size());
  series_.store(held);
  return held;
}

void ChatMetrics::judged(const Exchange& exchange) {
  const router::Judgement& j = exchange.judgement;
  if (j.recipe == nullptr) return;
  const std::shared_ptr<SnapshotSeries> held = series_of(exchange.snapshot);
  RecipeSeries& series = held->recipes[static_cast<std::size_t>(j.recipe - exchange.snapshot->recipes.data())];
  count_signals(j, series);
  decision_seconds_.observe(seconds(j.outcome.decision_time));
  routing_seconds_.observe(seconds(j.outcome.decision_time + j.outcome.signal_time));
  if (j.decision == nullptr) return;
  DecisionSeries& decision = series.decisions[static_cast<std::size_t>(j.decision - j.recipe->decisions.data())];
  decision.matches.of(decision_matches_, {j.decision->name}).increment();
  decision.confidence.of(decision_confidence_, {j.decision->name}).observe(j.outcome.confidence);
}

void ChatMetrics::count_signals(const router::Judgement& j, RecipeSeries& series) {
  const decision::SignalTable& table = j.recipe->engine->program().signals;
  std::uint32_t last_family = decision::kNone;
  for (decision::SignalId id = 0; id < j.outcome.results.size(); ++id) {
    if (!j.outcome.evaluated[id]) continue;
    const decision::SignalEntry& entry = table[id];
    const signals::SignalResult& result = j.outcome.results[id];
    SignalSeries& signal = series.signals[id];
    signal.evaluations.of(signal_evaluations_, {entry.type->leaf, entry.name}).increment();
    if (result.truth == Truth::match) signal.matches.of(signal_matches_, {entry.type->leaf, entry.name}).increment();
    if (result.truth == Truth::unknown) {
      signal_unknown_.with({entry.type->leaf, entry.name, signals::to_string(result.reason)}).increment();
    }
    if (entry.family != last_family)
      signal.seconds.of(signal_seconds_, {entry.type->leaf}).observe(seconds(result.time));
    last_family = entry.family;
  }
}

void ChatMetrics::error(std::string_view model, std::string_view reason) {
  errors_.with({model, reason}).increment();
}

void ChatMetrics::answered(const Exchange& exchange, std::chrono::nanoseconds took,
                           const std::optional<protocol::TokenUsage>& usage) {
  if (!exchange.judgement.model) return;  // nothing was sent to a model
  const std::string_view model = exchange.snapshot->models[*exchange.judgement.model].name;
  const std::shared_ptr<SnapshotSeries> held = series_of(exchange.snapshot);
  ModelSeries& series = held->models[*exchange.judgement.model];
  series.requests.of(requests_, {model}).increment();
  series.seconds.of(completion_seconds_, {model}).observe(seconds(took));
  if (!usage) return;
  series.prompt_tokens.of(prompt_tokens_, {model}).increment(static_cast<double>(usage->prompt_tokens));
  series.completion_tokens.of(completion_tokens_, {model}).increment(static_cast<double>(usage->completion_tokens));
}

}  // namespace signalbox::gateway
