#include "probes/report.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace signalbox::probes {

using Json = nlohmann::ordered_json;

std::string_view to_string(Status status) {
  switch (status) {
    case Status::passed:
      return "passed";
    case Status::failed:
      return "failed";
    case Status::needs_model:
      return "needs_model";
  }
  return "failed";
}

void Tally::add(Status status) {
  ++total;
  passed += status == Status::passed;
  failed += status == Status::failed;
  needs_model += status == Status::needs_model;
}

std::optional<double> Tally::pass_rate(bool strict) const {
  const std::size_t judged = strict ? total : passed + failed;
  if (judged == 0) return std::nullopt;
  return 100.0 * static_cast<double>(passed) / static_cast<double>(judged);
}

namespace {

Json number_or_null(std::optional<double> value) {
  return value ? Json(std::round(*value * 10) / 10) : Json(nullptr);
}

Json tally_json(const Tally& tally, bool strict) {
  return {{"total", tally.total},
          {"passed", tally.passed},
          {"failed", tally.failed},
          {"needs_model", tally.needs_model},
          {"pass_rate", number_or_null(tally.pass_rate(strict))}};
}

Json scores_json(const std::vector<Score>& scores) {
  Json list = Json::array();
  for (const Score& score : scores) {
    list.push_back(
        {{"signal", score.signal}, {"state", score.state}, {"value", score.value}, {"threshold", score.threshold}});
  }
  return list;
}

Json probe_json(const ProbeResult& probe) {
  Json json = {{"id", probe.id},
               {"decision", probe.actual_decision},
               {"status", to_string(probe.status)},
               {"failures", probe.failures},
               {"expected_decision", probe.expected_decision},
               {"actual_decision", probe.actual_decision},
               {"unchecked", probe.unchecked},
               {"unknown_signals", probe.unknown_signals},
               {"tags", probe.tags}};
  if (!probe.scores.empty()) json["scores"] = scores_json(probe.scores);
  return json;
}

Json criteria_json(const std::vector<Criterion>& criteria) {
  Json list = Json::array();
  for (const Criterion& criterion : criteria) {
    list.push_back({{"name", criterion.name},
                    {"required", criterion.required},
                    {"actual", number_or_null(criterion.actual)},
                    {"met", criterion.met}});
  }
  return list;
}

void append_probe(std::string& text, const ProbeResult& probe) {
  text += fmt::format("{:<12} {}/{}\n", to_string(probe.status), probe.decision, probe.id);
  for (const std::string& failure : probe.failures) text += fmt::format("               {}\n", failure);
  for (const std::string& open : probe.unchecked) text += fmt::format("               not checked: {}\n", open);
  for (const Score& score : probe.scores) {
    text += fmt::format("               {} {:.3f}, threshold {:.3f}: {}\n", score.signal, score.value, score.threshold,
                        score.state);
  }
  if (probe.status != Status::needs_model) return;
  for (const std::string& signal : probe.unknown_signals) text += fmt::format("               unknown: {}\n", signal);
}

void append_unmet(std::string& text, std::string_view group, const std::vector<Criterion>& criteria) {
  for (const Criterion& criterion : criteria) {
    if (criterion.met) continue;
    text += fmt::format("not met: {}.{} is {}, {:g} is required\n", group, criterion.name,
                        criterion.actual ? fmt::format("{:.1f}", *criterion.actual) : "open", criterion.required);
  }
}

}  // namespace

Json report_json(const ProbeReport& report) {
  Json json = {{"name", report.name},
               {"total", report.all.total},
               {"passed", report.all.passed},
               {"failed", report.all.failed},
               {"needs_model", report.all.needs_model},
               {"ok", report.ok},
               {"strict", report.strict}};
  json["probes"] = Json::array();
  for (const ProbeResult& probe : report.probes) json["probes"].push_back(probe_json(probe));
  json["decisions"] = Json::object();
  for (const auto& [id, tally] : report.decisions) json["decisions"][id] = tally_json(tally, report.strict);
  json["tags"] = Json::object();
  for (const auto& [tag, tally] : report.tags) json["tags"][tag] = tally_json(tally, report.strict);
  json["acceptance"] = criteria_json(report.acceptance);
  json["coverage"] = criteria_json(report.coverage);
  return json;
}

std::string report_text(const ProbeReport& report, bool verbose) {
  std::string text;
  for (const ProbeResult& probe : report.probes) {
    if (verbose || probe.status != Status::passed || !probe.unchecked.empty()) append_probe(text, probe);
  }
  append_unmet(text, "acceptance", report.acceptance);
  append_unmet(text, "coverage", report.coverage);
  text += fmt::format("{} probes: {} passed, {} failed, {} need a model\n", report.all.total, report.all.passed,
                      report.all.failed, report.all.needs_model);
  return text;
}

}  // namespace signalbox::probes
