// Internal to the gateway: what a finished chat request adds to the metrics (VSR's names where the meaning is the
// same). Thread-safe.
#pragma once

#include <string_view>

#include "gateway/exchange.h"
#include "protocol/usage.h"
#include "telemetry/metrics.h"

namespace signalbox::gateway {

class ChatMetrics {
 public:
  explicit ChatMetrics(telemetry::Registry& registry);
  void judged(const Exchange& exchange);
  void error(std::string_view model, std::string_view reason);
  void answered(std::string_view model, std::chrono::nanoseconds took);
  void tokens(std::string_view model, const protocol::TokenUsage& usage);

 private:
  using Counters = telemetry::Family<telemetry::Counter>;
  using Histograms = telemetry::Family<telemetry::Histogram>;
  Counters& requests_;
  Counters& errors_;
  Counters& signal_evaluations_;
  Counters& signal_matches_;
  Counters& signal_unknown_;
  Counters& decision_matches_;
  Counters& prompt_tokens_;
  Counters& completion_tokens_;
  Histograms& signal_seconds_;
  Histograms& decision_seconds_;
  Histograms& routing_seconds_;
  Histograms& completion_seconds_;
  Histograms& decision_confidence_;
};

}  // namespace signalbox::gateway
