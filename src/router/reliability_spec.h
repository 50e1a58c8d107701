// `reliability` and the limits of a backend as written. VSR's keys mean what Envoy makes of them; the ones of a backend
// are ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/describe.h"
#include "config/values.h"

namespace signalbox::router {

struct ReliabilitySpec {
  std::string path, lb_policy = "round_robin", retry_on, health_check_path;
  std::optional<std::int64_t> retry_count;
  std::int64_t consecutive_5xx = 0, max_ejection_percent = 50;
  std::optional<config::Duration> base_ejection_time, health_check_interval, health_check_timeout;
};

struct BackendTimeoutsSpec {
  std::string path;
  std::optional<config::Duration> connect, first_byte, idle;
};

void describe(config::Visitor& v, ReliabilitySpec& x);
void describe(config::Visitor& v, BackendTimeoutsSpec& x);

}  // namespace signalbox::router
