#include "router/reasoning.h"

#include "protocol/request_edits.h"

namespace signalbox::router {

namespace {
// Switched off, an effort family keeps what the caller asked for, and asks for little where the caller said nothing.
std::string effort_of(const Candidate& candidate, const protocol::Request& request) {
  if (candidate.use_reasoning) return candidate.effort;
  return request.reasoning_effort.empty() ? "low" : std::string(request.reasoning_effort);
}
}  // namespace

void apply_reasoning(const Model& model, const BackendTarget& backend, const Candidate& candidate,
                     plugins::RequestEdit& edit) {
  if (!model.reasoning) return;
  const ReasoningFamilySpec& family = *model.reasoning;
  const std::string nested = "chat_template_kwargs." + family.parameter;
  if (family.type == "chat_template_kwargs") {
    protocol::set_nested_member(edit.splice, nested, candidate.use_reasoning ? "true" : "false");
    return;
  }
  const std::string effort = protocol::quote(effort_of(candidate, edit.request));
  if (family.type == "top_level_reasoning_effort") {
    edit.splice.set_member(family.parameter, effort);
  } else if (backend.effort_at_top_level) {
    edit.splice.set_member("reasoning_effort", effort);
  } else {
    protocol::set_nested_member(edit.splice, nested, effort);
  }
}

}  // namespace signalbox::router
