#include "probes/judge_selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace signalbox::probes {

namespace {

constexpr std::string_view kSelected = "selected", kPlanned = "planned_final", kExecution = "execution_required";

// The statuses that an algorithm may end in without calling a model.
std::vector<std::string_view> allowed_statuses(std::string_view algorithm) {
  if (algorithm == "workflows" || algorithm == "fusion" || algorithm == "remom") return {kPlanned, kExecution};
  if (algorithm == "confidence") return {kExecution};
  return {kSelected, kExecution};  // static, multi_factor, latency_aware; and what the contract leaves open
}

bool method_agrees(const SelectionReport& selection, std::string_view algorithm) {
  const bool single = algorithm == "static" && selection.method == "single" && selection.recommended.size() == 1;
  return selection.method == algorithm || single;
}

}  // namespace

std::vector<std::string> judge_selection(const SelectionReport& selection, std::string_view algorithm) {
  std::vector<std::string> failures;
  if (!method_agrees(selection, algorithm)) {
    failures.push_back(fmt::format("selection_method: expected \"{}\", got \"{}\"", algorithm, selection.method));
  }
  const std::vector<std::string_view> allowed = allowed_statuses(algorithm);
  if (std::ranges::find(allowed, selection.status) == allowed.end()) {
    failures.push_back(fmt::format("selection_status: \"{}\" is not one of [{}], the statuses of {}", selection.status,
                                   fmt::join(allowed, ", "), algorithm));
  }
  const bool needs_model = selection.status == kSelected || selection.status == kPlanned;
  if (needs_model && selection.model.empty()) {
    failures.push_back(fmt::format("selected_model: {} names no model", selection.status));
  }
  if (selection.status == kExecution && !selection.model.empty()) {
    failures.push_back(fmt::format("selected_model: execution_required names \"{}\"", selection.model));
  }
  const bool recommended = std::ranges::find(selection.recommended, selection.model) != selection.recommended.end();
  if (selection.status == kSelected && !selection.model.empty() && !recommended) {
    failures.push_back(fmt::format("selected_model: \"{}\" is not among [{}]", selection.model,
                                   fmt::join(selection.recommended, ", ")));
  }
  return failures;
}

}  // namespace signalbox::probes
