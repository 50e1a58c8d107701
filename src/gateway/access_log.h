// Internal to the gateway: the log line of one routed request. No content: names of the configuration, a status, times.
#pragma once

#include <chrono>
#include <string_view>

#include "gateway/exchange.h"
#include "telemetry/log.h"

namespace signalbox::gateway {

struct RoutedEnd {
  int status = 0;
  std::string_view path;    // x-vsr-response-path
  std::string_view reason;  // of an error, a word
};

// The model's label in metrics and logs. Only configured names become labels: a client cannot make series.
std::string_view model_label(const Exchange& exchange);

void log_access(telemetry::Logger& log, const Exchange& exchange, const RoutedEnd& end,
                std::chrono::steady_clock::time_point now);

}  // namespace signalbox::gateway
