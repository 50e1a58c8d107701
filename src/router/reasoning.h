// How a chosen model is told to reason, or not to (reference: vsr-routing-core.md, Appendix C).
#pragma once

#include "plugins/plugin.h"
#include "router/snapshot.h"

namespace signalbox::router {

// Models without a reasoning family are left untouched. `backend` is the one of the model that is asked.
void apply_reasoning(const Model& model, const BackendTarget& backend, const Candidate& candidate,
                     plugins::RequestEdit& edit);

}  // namespace signalbox::router
