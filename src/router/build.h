// Internal to router/: a decoded configuration compiled into a snapshot.
#pragma once

#include <memory>

#include "config/diagnostics.h"
#include "config/load.h"
#include "router/snapshot.h"

namespace signalbox::router {

// Reports every mistake; the snapshot is usable only when `diagnostics` holds no error.
std::shared_ptr<Snapshot> build_snapshot(std::unique_ptr<RootSpec> root, const config::Environment& environment,
                                         config::Diagnostics& diagnostics);

}  // namespace signalbox::router
