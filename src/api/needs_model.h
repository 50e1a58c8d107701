// Internal to api/: signals of a snapshot that no installed model can judge. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "router/snapshot.h"

namespace signalbox::api {

// "recipe" and key ("domain:law") of every signal that some decision can reach and that needs a model this build lacks.
std::vector<router::MissingModel> unjudgeable_signals(const router::Snapshot& snapshot);

}  // namespace signalbox::api
