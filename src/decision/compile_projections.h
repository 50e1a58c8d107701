// Internal to decision/: projections resolved and ordered.
#pragma once

#include "config/diagnostics.h"
#include "decision/program.h"
#include "decision/projection_spec.h"
#include "decision/semantics.h"

namespace signalbox::decision {

// Fills program.projections; program.signals must be complete.
void compile_projections(const ProjectionsSpec& spec, const Semantics& semantics, Program& program,
                         config::Diagnostics& diagnostics);

}  // namespace signalbox::decision
