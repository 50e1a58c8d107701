#include "api/needs_model.h"

namespace signalbox::api {

std::vector<router::MissingModel> unjudgeable_signals(const router::Snapshot& snapshot) {
  std::vector<router::MissingModel> missing;
  for (const router::Recipe& recipe : snapshot.recipes) {
    const decision::Program& program = recipe.engine->program();
    for (decision::SignalId id = 0; id < program.signals.size(); ++id) {
      const decision::SignalEntry& entry = program.signals[id];
      if (program.used[id] && !program.signals.family(entry.family).missing_model(entry.leaf).empty())
        missing.push_back({recipe.name, program.signals[id].key});
    }
  }
  return missing;
}

}  // namespace signalbox::api
