#include "gateway/vsr_headers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace signalbox::gateway {

using signals::Truth;

namespace {
bool needs_escape(char c) {
  return c < 0x20 || c > 0x7e || c == '%';  // signed: what is beyond ASCII is negative
}
}  // namespace

std::string header_value(std::string_view text) {
  if (std::none_of(text.begin(), text.end(), needs_escape)) return std::string(text);
  std::string result;
  for (const char c : text) {
    if (needs_escape(c)) {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result;
}

void add_base_headers(Headers& headers, std::string_view path) {
  headers.set("x-vsr-schema-version", std::string(kSchemaVersion));
  headers.set("x-vsr-response-path", std::string(path));
}

void add_decision_headers(Headers& headers, const router::Judgement& judgement) {
  if (judgement.recipe != nullptr && !judgement.names_model) {
    headers.set("x-vsr-selected-recipe", header_value(judgement.recipe->name));
  }
  if (judgement.decision != nullptr) {
    headers.set("x-vsr-selected-decision", header_value(judgement.decision->name));
    headers.set("x-vsr-selected-confidence", fmt::format("{:.4f}", judgement.outcome.confidence));
  }
  if (!judgement.selection_method.empty())
    headers.set("x-vsr-selected-algorithm", header_value(judgement.selection_method));
  if (!judgement.selected_name.empty()) headers.set("x-vsr-selected-model", header_value(judgement.selected_name));
}

void add_unknown_headers(Headers& headers, const router::Judgement& judgement) {
  if (judgement.recipe == nullptr) return;
  const decision::SignalTable& table = judgement.recipe->engine->program().signals;
  const decision::Outcome& outcome = judgement.outcome;
  std::string unknown, assumed;
  for (decision::SignalId id = 0; id < outcome.results.size(); ++id) {
    if (!outcome.evaluated[id] || outcome.results[id].truth != Truth::unknown) continue;
    std::string& list = outcome.assumed[id] ? assumed : unknown;
    if (!list.empty()) list += ",";
    list += header_value(table[id].key) + ";" + std::string(signals::to_string(outcome.results[id].reason));
  }
  if (!unknown.empty()) headers.set("x-signalbox-unknown-signals", unknown);
  if (!assumed.empty()) headers.set("x-signalbox-assumed-signals", assumed);
}

namespace {
// Matched names by the header of their type.
std::map<std::string, std::string> matched_by_header(const router::Judgement& judgement) {
  std::map<std::string, std::string> lists;
  const decision::Program& program = judgement.recipe->engine->program();
  const auto append = [&](std::string_view header, const std::string& name) {
    std::string& list = lists[std::string(header)];
    if (!list.empty()) list += ",";
    list += header_value(name);
  };
  for (decision::SignalId id = 0; id < judgement.outcome.results.size(); ++id) {
    const std::string_view header = program.signals[id].type->header;
    const bool matched = judgement.outcome.evaluated[id] && judgement.outcome.results[id].truth == Truth::match;
    if (matched && !header.empty()) append(header, program.signals[id].name);
  }
  for (std::size_t i = 0; i < judgement.outcome.outputs.size(); ++i) {
    if (judgement.outcome.outputs[i].surely_matches()) append("projections", program.projections.output_names[i]);
  }
  return lists;
}
}  // namespace

void add_debug_headers(Headers& headers, const router::Judgement& judgement, bool injected_system_prompt) {
  if (judgement.recipe == nullptr || judgement.outcome.results.empty()) return;
  for (const auto& [header, names] : matched_by_header(judgement)) headers.set("x-vsr-matched-" + header, names);
  if (judgement.candidate != nullptr) {
    headers.set("x-vsr-selected-reasoning", judgement.candidate->use_reasoning ? "on" : "off");
  }
  headers.set("x-vsr-injected-system-prompt", injected_system_prompt ? "true" : "false");
  const decision::SignalTable& table = judgement.recipe->engine->program().signals;
  for (decision::SignalId id = 0; id < judgement.outcome.results.size(); ++id) {
    if (table[id].type->leaf != "context" || !judgement.outcome.results[id].value) continue;
    headers.set("x-vsr-context-token-count", fmt::format("{:.0f}", *judgement.outcome.results[id].value));
    return;
  }
}

}  // namespace signalbox::gateway
