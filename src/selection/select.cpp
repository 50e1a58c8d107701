#include "selection/select.h"

#include "selection/algorithm.h"

namespace signalbox::selection {

namespace {
bool runs_here(std::string_view algorithm) {
  const AlgorithmInfo* info = find_algorithm(algorithm);
  return algorithm.empty() || (info != nullptr && info->supported);
}

Selection first_of(std::size_t candidates, std::string_view algorithm) {
  Selection selection;
  if (candidates == 0) {
    selection.status = "unavailable";
    selection.reason = "the decision names no model";
    return selection;
  }
  selection.chosen = true;
  selection.status = "selected";
  const bool single = candidates == 1 && (algorithm.empty() || algorithm == "static");
  selection.method = single ? "single" : algorithm.empty() ? "static" : std::string(algorithm);
  selection.reason = candidates == 1 ? "the only candidate" : "the first candidate";
  return selection;
}
}  // namespace

Selection select_for_serving(std::string_view algorithm, std::size_t candidates) {
  if (runs_here(algorithm)) return first_of(candidates, algorithm);
  Selection selection = first_of(candidates, "static");
  if (selection.chosen) {
    selection.status = "fallback";
    selection.reason = std::string(algorithm) + " does not run in this build: the first candidate";
  }
  return selection;
}

Selection select_for_eval(std::string_view algorithm, std::size_t candidates) {
  if (runs_here(algorithm)) return first_of(candidates, algorithm);
  Selection selection;
  selection.method = algorithm;
  selection.status = "execution_required";
  selection.reason = std::string(algorithm) + " needs calls or state beyond the decision";
  return selection;
}

}  // namespace signalbox::selection
