// Choosing among a decision's candidates.
//
// Pure function of its arguments; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace signalbox::selection {

struct Selection {
  bool chosen = false;
  std::size_t candidate = 0;  // index into the decision's modelRefs
  std::string method;         // single | static | the algorithm's name
  std::string status;         // eval API: selected | fallback | execution_required | unavailable
  std::string reason;
};

// `algorithm` is the configured type ("" when none is), `candidates` the number of modelRefs.
// For serving: an algorithm that this build cannot run falls back to the first candidate and says so.
Selection select_for_serving(std::string_view algorithm, std::size_t candidates);
// For the eval API: such an algorithm is execution_required and names no model (reference: vsr-eval-contract.md).
Selection select_for_eval(std::string_view algorithm, std::size_t candidates);

}  // namespace signalbox::selection
