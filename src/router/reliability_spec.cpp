#include "router/reliability_spec.h"

#include <array>

namespace signalbox::router {

void describe(config::Visitor& v, ReliabilitySpec& x) {
  static constexpr std::array<std::string_view, 2> kPolicies{"round_robin", "least_request"};
  v.object("Reliability",
           "How a model's backends share its requests, and what happens when one fails (docs/gateway.md). Without it: "
           "round_robin, one retry on another backend when a connection fails, no ejection, no checks.",
           &x.path);
  v.field("lb_policy", x.lb_policy,
          {.doc = "round_robin: in turn, by weight; least_request: of two backends drawn by weight, the one with fewer "
                  "requests per weight.",
           .choices = kPolicies});
  v.field("retry_count", x.retry_count,
          {.doc = "Attempts beyond the first, before the first byte of an answer (default 1). Needs retry_on.",
           .min = 0,
           .max = 5});
  v.field("retry_on", x.retry_on,
          {.doc = "What is tried again, Envoy's words joined by commas: connect-failure, reset, gateway-error, 5xx, "
                  "retriable-4xx. All but connect-failure may repeat a request that a backend has begun to work on."});
  v.field("consecutive_5xx", x.consecutive_5xx,
          {.doc = "So many failures in a row (status 500 and above, no connection, no answer) take a backend out; "
                  "0: never.",
           .min = 0,
           .max = 1'000'000});
  v.field("base_ejection_time", x.base_ejection_time,
          {.doc = "For how long, times the number of ejections (default 30s)."});
  v.field("max_ejection_percent", x.max_ejection_percent,
          {.doc = "Largest share of the model's backends that is out at the same time.", .min = 0, .max = 100});
  v.field("health_check_path", x.health_check_path,
          {.doc = "Path that each backend is asked for regularly; any 2xx is healthy. Absent: no checks."});
  v.field("health_check_interval", x.health_check_interval, {.doc = "Between two checks (default 10s)."});
  v.field("health_check_timeout", x.health_check_timeout, {.doc = "Of one check (default 2s)."});
}

void describe(config::Visitor& v, BackendTimeoutsSpec& x) {
  v.object("BackendTimeouts", "Longest waits for a backend.", &x.path);
  v.field("connect", x.connect, {.doc = "Name, connection and TLS together, or a free connection (default 5s)."});
  v.field("first_byte", x.first_byte,
          {.doc = "From sending the request to the head of the answer (default: listeners[].timeout)."});
  v.field("idle", x.idle, {.doc = "Silence in the middle of an answer (default 60s)."});
}

}  // namespace signalbox::router
