// Internal to the gateway: what a finished chat request adds to the metrics (VSR's names where the meaning is the
// same). Thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/exchange.h"
#include "protocol/usage.h"
#include "telemetry/metrics.h"

namespace signalbox::gateway {

class ChatMetrics {
 public:
  explicit ChatMetrics(telemetry::Registry& registry);
  void judged(const Exchange& exchange);
  void error(std::string_view model, std::string_view reason);
  // By a model of the exchange's judgement, or with none.
  void answered(const Exchange& exchange, std::chrono::nanoseconds took,
                const std::optional<protocol::TokenUsage>& usage);

 private:
  using Counters = telemetry::Family<telemetry::Counter>;
  using Histograms = telemetry::Family<telemetry::Histogram>;
  // The series of one snapshot's names, so that a request looks none up.
  struct SignalSeries {
    telemetry::HeldSeries<telemetry::Counter> evaluations, matches;
    telemetry::HeldSeries<telemetry::Histogram> seconds;
  };
  struct DecisionSeries {
    telemetry::HeldSeries<telemetry::Counter> matches;
    telemetry::HeldSeries<telemetry::Histogram> confidence;
  };
  struct RecipeSeries {
    std::vector<SignalSeries> signals;
    std::vector<DecisionSeries> decisions;
  };
  struct ModelSeries {
    telemetry::HeldSeries<telemetry::Counter> requests, prompt_tokens, completion_tokens;
    telemetry::HeldSeries<telemetry::Histogram> seconds;
  };
  struct SnapshotSeries {
    std::weak_ptr<const router::Snapshot> snapshot;
    std::vector<RecipeSeries> recipes;
    std::vector<ModelSeries> models;
  };
  std::shared_ptr<SnapshotSeries> series_of(const std::shared_ptr<const router::Snapshot>& snapshot);
  void count_signals(const router::Judgement& judgement, RecipeSeries& series);

  std::atomic<std::shared_ptr<SnapshotSeries>> series_;  // of the newest snapshot seen
  Counters& requests_;
  Counters& errors_;
  Counters& signal_evaluations_;
  Counters& signal_matches_;
  Counters& signal_unknown_;
  Counters& decision_matches_;
  Counters& prompt_tokens_;
  Counters& completion_tokens_;
  Histograms& signal_seconds_;
  telemetry::Histogram& decision_seconds_;
  telemetry::Histogram& routing_seconds_;
  Histograms& completion_seconds_;
  Histograms& decision_confidence_;
};

}  // namespace signalbox::gateway
