// Internal to router/: a `reliability` block turned into the policy it stands for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "router/reliability_spec.h"
#include "upstream/policy.h"

namespace signalbox::router {

// Without a block: Signalbox's default.
upstream::ReliabilityPolicy reliability_of(const std::optional<ReliabilitySpec>& spec);

void check_reliability(const ReliabilitySpec& spec, config::Diagnostics& diagnostics);

// A key that, when it is there, must be longer than nothing.
void check_positive(const std::optional<config::Duration>& value, const std::string& path,
                    config::Diagnostics& diagnostics);

}  // namespace signalbox::router
