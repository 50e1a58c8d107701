// Internal to router/: a backend as written, turned into host, port, path and headers.
#pragma once

#include <expected>
#include <string>

#include "config/load.h"
#include "router/providers_spec.h"
#include "router/snapshot.h"

namespace signalbox::router {

// The error is a sentence about what is wrong with endpoint or base_url.
std::expected<BackendTarget, std::string> backend_target(const BackendSpec& spec,
                                                         const config::Environment& environment);

}  // namespace signalbox::router
