#include "api/eval_json.h"

#include <nlohmann/json.hpp>

#include "api/read_images.h"

namespace signalbox::api {

using Json = nlohmann::ordered_json;
using decision::SignalId;
using signals::SignalResult;
using signals::Truth;

namespace {

// {keywords: ["urgent"], …, projection: […]} of the signals for which `take` holds.
template <class Take>
Json signals_by_type(const router::Judgement& judgement, Take take) {
  Json lists = Json::object();
  const decision::SignalTable& table = judgement.recipe->engine->program().signals;
  for (SignalId id = 0; id < judgement.outcome.results.size(); ++id) {
    if (!table[id].metric && take(id)) lists[std::string(table[id].type->matched_key)].push_back(table[id].name);
  }
  return lists;
}

// Outputs that are unknown are in neither list.
Json projections_where(const router::Judgement& judgement, bool matched) {
  Json names = Json::array();
  const decision::ProjectionProgram& projections = judgement.recipe->engine->program().projections;
  for (std::size_t i = 0; i < judgement.outcome.outputs.size(); ++i) {
    const decision::Belief& output = judgement.outcome.outputs[i];
    if (matched ? output.surely_matches() : output.surely_misses()) names.push_back(projections.output_names[i]);
  }
  return names;
}

void add_projections(Json& lists, Json names) {
  if (!names.empty()) lists["projection"] = std::move(names);
}

// A decision that configures no algorithm is static, as VSR reports it.
std::string algorithm_of(const router::RecipeDecision* decision) {
  if (decision == nullptr) return "";
  return decision->algorithm.empty() ? "static" : decision->algorithm;
}

Json decision_result(const router::Judgement& judgement) {
  const decision::Outcome& outcome = judgement.outcome;
  const decision::Program& program = judgement.recipe->engine->program();
  Json result = Json::object();
  result["decision_name"] = judgement.decision != nullptr ? judgement.decision->name : "";
  result["confidence"] = outcome.confidence;
  result["matched_rules"] = outcome.matched_rules;
  result["algorithm"] = algorithm_of(judgement.decision);
  result["plugins"] = judgement.decision != nullptr ? Json(judgement.decision->plugin_types) : Json::array();
  Json used = signals_by_type(judgement, [&](SignalId id) { return bool(program.used[id]); });
  if (!program.projections.output_names.empty()) used["projection"] = program.projections.output_names;
  Json matched = signals_by_type(
      judgement, [&](SignalId id) { return outcome.evaluated[id] && outcome.results[id].truth == Truth::match; });
  add_projections(matched, projections_where(judgement, true));
  Json unmatched = signals_by_type(
      judgement, [&](SignalId id) { return outcome.evaluated[id] && outcome.results[id].truth == Truth::no_match; });
  add_projections(unmatched, projections_where(judgement, false));
  result["used_signals"] = std::move(used);
  result["matched_signals"] = std::move(matched);
  result["unmatched_signals"] = std::move(unmatched);
  return result;
}

Json trace_json(const record::TraceNode& node) {
  Json json = Json::object();
  json["node_type"] = node.node_type;
  if (node.node_type == "leaf") {
    json["signal_type"] = node.signal_type;
    json["signal_name"] = node.signal_name;
    if (!node.label.empty()) json["label"] = node.label;
  }
  json["matched"] = node.matched;
  json["confidence"] = node.confidence;
  json["state"] = node.state;
  if (!node.reason.empty()) json["reason"] = node.reason;
  if (node.node_type != "leaf") {
    json["children"] = Json::array();
    for (const record::TraceNode& child : node.children) json["children"].push_back(trace_json(child));
  }
  return json;
}

Json traces_json(const decision::Outcome& outcome) {
  Json traces = Json::array();
  for (const record::DecisionTrace& trace : outcome.traces) {
    traces.push_back({{"decision_name", trace.decision_name},
                      {"matched", trace.matched},
                      {"confidence", trace.confidence},
                      {"state", trace.state},
                      {"root_trace", trace_json(trace.root)}});
  }
  return traces;
}

double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// Per type, as VSR: the time of its pass and the best confidence; and the numbers of each signal.
void add_signal_numbers(const router::Judgement& judgement, Json& response) {
  Json metrics = Json::object(), confidences = Json::object(), values = Json::object(), errors = Json::object();
  Json details = Json::object();  // ours: "the text was cut: …"
  Json unknown = Json::array();
  const decision::SignalTable& table = judgement.recipe->engine->program().signals;
  for (SignalId id = 0; id < judgement.outcome.results.size(); ++id) {
    if (!judgement.outcome.evaluated[id]) continue;
    const SignalResult& result = judgement.outcome.results[id];
    Json& metric = metrics[std::string(table[id].type->leaf)];
    metric["execution_time_ms"] = milliseconds(result.time);
    const double best = metric.value("confidence", 0.0);
    metric["confidence"] = result.truth == Truth::match ? std::max(best, result.confidence) : best;
    if (result.truth == Truth::match) confidences[table[id].key] = result.confidence;
    if (result.value) values[table[id].key] = *result.value;
    for (const auto& [name, value] : result.values) values[table[id].key + ":" + name] = value;
    if (!result.detail.empty()) details[table[id].key] = result.detail;
    if (result.truth != Truth::unknown) continue;
    errors[table[id].key] = std::string(signals::to_string(result.reason));
    unknown.push_back({{"signal", table[id].key},
                       {"reason", std::string(signals::to_string(result.reason))},
                       {"assumed", bool(judgement.outcome.assumed[id])},
                       {"detail", result.detail}});
  }
  response["metrics"] = std::move(metrics);
  response["signal_confidences"] = std::move(confidences);
  response["signal_values"] = std::move(values);
  response["signal_errors"] = std::move(errors);
  response["signal_details"] = std::move(details);
  response["unknown_signals"] = std::move(unknown);
}

void place_json(const signals::Finding& finding, Json& json) {
  switch (finding.origin) {
    case signals::Origin::message:
      json["message"] = finding.message;
      json["part"] = finding.part;
      break;
    case signals::Origin::call:
      json["message"] = finding.message;
      json["tool_call"] = finding.part;
      break;
    case signals::Origin::image:
      json["image"] = finding.part;
      break;
    case signals::Origin::document:
      json["document"] = finding.part;
      json["page"] = finding.page;
      break;
  }
}

Json findings_json(const SignalResult& result) {
  Json findings = Json::array();
  for (const signals::Finding& finding :
       std::span(result.findings).first(std::min(result.findings.size(), signals::kMaxFindings))) {
    Json json = {{"what", finding.what}};
    if (finding.located) {
      place_json(finding, json);
      json["begin"] = finding.begin;
      json["end"] = finding.end;
      for (const evidence::Box& box : finding.boxes) json["boxes"].push_back(box_json(box));
    }
    findings.push_back(std::move(json));
  }
  return findings;
}

Json signals_json(const router::Judgement& judgement) {
  Json list = Json::array();
  const decision::Outcome& outcome = judgement.outcome;
  const decision::Program& program = judgement.recipe->engine->program();
  for (SignalId id = 0; id < outcome.results.size(); ++id) {
    if (!outcome.evaluated[id]) continue;
    const SignalResult& result = outcome.results[id];
    Json json = {{"signal", program.signals[id].key},
                 {"type", std::string(program.signals[id].type->leaf)},
                 {"name", program.signals[id].name},
                 {"state", std::string(signals::to_string(result.truth))},
                 {"confidence", result.confidence}};
    if (result.calibrated) json["calibrated"] = *result.calibrated;
    if (result.value) json["value"] = *result.value;
    for (const auto& [name, value] : result.values) json["values"][name] = value;
    if (result.truth == Truth::unknown) json["reason"] = std::string(signals::to_string(result.reason));
    if (outcome.assumed[id]) json["assumed"] = true;
    if (!result.detail.empty()) json["detail"] = result.detail;
    json["security"] = program.signals[id].security;
    json["would_skip"] = !outcome.would_skip.empty() && outcome.would_skip[id];
    json["time_us"] = std::chrono::duration<double, std::micro>(result.time).count();
    json["evidence"] = findings_json(result);
    list.push_back(std::move(json));
  }
  return list;
}

std::string routing_status(const decision::Outcome& outcome) {
  switch (outcome.kind) {
    case decision::Outcome::Kind::decision:
      return "decision";
    case decision::Outcome::Kind::no_decision:
      return "no_decision";
    case decision::Outcome::Kind::forbidden:
      return "forbidden";
    case decision::Outcome::Kind::policy_unavailable:
      return "policy_unavailable";
  }
  return "no_decision";
}

}  // namespace

Json eval_json(const router::Snapshot& snapshot, const router::Judgement& judgement, bool trace, bool signals) {
  Json response = Json::object();
  response["original_text"] = "";
  response["requested_model"] = "";
  response["recipe"] = judgement.recipe->name;
  response["decision_result"] = decision_result(judgement);
  response["routing_decision"] = judgement.decision != nullptr ? judgement.decision->name : "";
  response["routing_status"] = judgement.unjudged.empty() ? routing_status(judgement.outcome) : "unjudged_content";
  Json recommended = Json::array();
  if (judgement.decision != nullptr) {
    for (const router::Candidate& candidate : judgement.decision->candidates) recommended.push_back(candidate.name);
  }
  if (recommended.empty() && judgement.model) recommended.push_back(judgement.selected_name);
  response["recommended_models"] = std::move(recommended);
  response["selected_model"] = judgement.selected_name;
  response["selection_status"] = judgement.selection.status;
  response["selection_method"] = judgement.selection_method;
  response["selection_reason"] = judgement.selection.reason;
  response["determined"] = judgement.outcome.determined;
  Json undecided = Json::array();
  for (const std::size_t i : judgement.outcome.unknown_decisions)
    undecided.push_back(judgement.recipe->decisions[i].name);
  response["unknown_decisions"] = std::move(undecided);
  add_signal_numbers(judgement, response);
  if (signals) response["signals"] = signals_json(judgement);
  if (trace) response["eval_trace"] = traces_json(judgement.outcome);
  if (!snapshot.unproven_models.empty()) response["unproven_models"] = snapshot.unproven_models;
  response["config"] = snapshot.fingerprint;
  return response;
}

std::string default_virtual_name(const router::Snapshot& snapshot) {
  for (const auto& [name, recipe] : snapshot.virtual_names) {
    if (snapshot.recipes[recipe].name == "default") return name;
  }
  return snapshot.virtual_names.begin()->first;
}

std::string_view last_user_text(const evidence::Evidence& evidence) {
  for (const evidence::Text& text : evidence.texts) {
    if (text.last_user) return text.text;
  }
  return {};
}

}  // namespace signalbox::api
