// Internal to the gateway: active health checks, VSR's health_check_path.
//
// A GET on a connection of its own every interval (a tenth of it, at random, earlier or later, so that many backends
// are not asked at once). Ends when the backend leaves the configuration.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/log.h"
#include "upstream/policy.h"

namespace signalbox::gateway {

class Backend;
class UpstreamClient;

// `headers`: what the backend's requests carry (credentials). `log` outlives the I/O threads.
void start_health_checks(UpstreamClient& client, const std::shared_ptr<const Backend>& backend,
                         const upstream::HealthCheckPolicy& policy,
                         std::vector<std::pair<std::string, std::string>> headers, telemetry::Logger& log);

}  // namespace signalbox::gateway
