// Internal to router/: a decoded configuration compiled into a snapshot.
#pragma once

#include <memory>

#include "config/diagnostics.h"
#include "config/load.h"
#include "models/served_models.h"
#include "router/snapshot.h"

namespace signalbox::router {

// Reports every mistake; the snapshot is usable only when `diagnostics` holds no error.
// `served` opens the models that signals need; null: they are not loaded, and their signals are unknown.
std::shared_ptr<Snapshot> build_snapshot(std::unique_ptr<RootSpec> root, const config::Environment& environment,
                                         models::ServedModels* served, config::Diagnostics& diagnostics);

}  // namespace signalbox::router
