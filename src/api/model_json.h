// Internal to api/: the learned models of a snapshot as the management port shows them. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "router/snapshot.h"

namespace signalbox::api {

// Every model that is loaded: [{name, type, loaded, trust, …}]; empty without one.
nlohmann::ordered_json loaded_models_json(const router::Snapshot& snapshot);
// Those that turn texts into vectors.
nlohmann::ordered_json embedding_models_json(const router::Snapshot& snapshot);

}  // namespace signalbox::api
