#include "probes/run.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "api/eval.h"
#include "probes/criteria.h"
#include "probes/judge_response.h"
#include "probes/tags.h"
#include "probes/variant_body.h"

namespace signalbox::probes {

namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> decisions_of(const router::Snapshot& snapshot, const std::string& recipe_name) {
  std::vector<std::string> names;
  for (const router::Recipe& recipe : snapshot.recipes) {
    if (recipe.name != recipe_name) continue;
    for (const router::RecipeDecision& decision : recipe.decisions) names.push_back(decision.name);
  }
  return names;
}

Expectation expectation_of(const router::Snapshot& snapshot, const DecisionProbes& decision) {
  Expectation expected;
  expected.decision = decision.decision();
  expected.recipe = decision.expected_recipe;
  expected.model = decision.model;
  expected.alias = decision.expected_alias;
  expected.algorithm = decision.expected_algorithm;
  expected.plugins = decision.expected_plugins;
  expected.forbidden_plugins = decision.forbidden_plugins;
  expected.plugin_match = decision.plugin_match;
  expected.signals = decision.expected_signals;
  expected.forbidden_signals = decision.forbidden_signals;
  expected.signal_match = decision.signal_match;
  expected.recipe_decisions = decisions_of(snapshot, decision.expected_recipe);
  return expected;
}

Expectation with_signals(Expectation expected, const NamesByType& more) {
  for (const auto& [type, names] : more) {
    std::vector<std::string>& all = expected.signals[type];
    all.insert(all.end(), names.begin(), names.end());
  }
  return expected;
}

void take_response(const Json& response, const Expectation& expected, ProbeResult& result) {
  result.actual_decision = response.at("routing_decision").get<std::string>();
  for (const Json& unknown : response.at("unknown_signals")) {
    result.unknown_signals.push_back(
        fmt::format("{} ({})", unknown.at("signal").get<std::string>(), unknown.at("reason").get<std::string>()));
  }
  Verdict verdict = judge_response(response, expected);
  result.failures = std::move(verdict.failures);
  result.unchecked = std::move(verdict.unchecked);
  result.status = !verdict.determined ? Status::needs_model : result.failures.empty() ? Status::passed : Status::failed;
}

// `signals` is there when the settings of the evaluation ask for it.
std::vector<Score> scores_of(const Json& response) {
  std::vector<Score> scores;
  for (const Json& signal : response.value("signals", Json::array())) {
    const Json values = signal.value("values", Json::object());
    if (!signal.contains("value") || !values.contains("threshold")) continue;
    scores.push_back({signal.at("signal").get<std::string>(), signal.at("state").get<std::string>(),
                      signal.at("value").get<double>(), values.at("threshold").get<double>()});
  }
  return scores;
}

class Runner {
 public:
  Runner(const router::Snapshot& snapshot, const ProbeFile& file, const RunOptions& options)
      : snapshot_(snapshot), file_(file), options_(options) {
    for (const DecisionProbes& decision : file.decisions) count_ += decision.variants.size();
  }

  ProbeReport run() {
    report_.name = file_.name;
    report_.strict = options_.strict;
    for (const DecisionProbes& decision : file_.decisions) run_decision(decision);
    report_.acceptance = judge_acceptance(file_, report_);
    report_.coverage = judge_coverage(file_, snapshot_);
    report_.ok = is_ok(file_, report_);
    return std::move(report_);
  }

 private:
  void run_decision(const DecisionProbes& decision) {
    const Expectation expected = expectation_of(snapshot_, decision);
    Tally tally;
    for (const Variant& variant : decision.variants) {
      report_.probes.push_back(run_variant(decision, variant, with_signals(expected, variant.expected_signals)));
      const ProbeResult& result = report_.probes.back();
      tally.add(result.status);
      report_.all.add(result.status);
      for (const std::string& tag : result.tags) report_.tags[tag].add(result.status);
      if (options_.progress) options_.progress(result, report_.probes.size(), count_);
    }
    report_.decisions.emplace_back(decision.id, tally);
  }

  ProbeResult run_variant(const DecisionProbes& decision, const Variant& variant, const Expectation& expected) {
    ProbeResult result;
    result.id = variant.id;
    result.decision = decision.id;
    result.expected_decision = expected.decision;
    result.tags = tags_with_groups(variant.tags);
    const auto body = variant_body(file_.fixtures, decision.model, variant);
    if (!body) {
      result.failures.push_back(fmt::format("{}: {}", body.error().path, body.error().message));
      return result;
    }
    api::EvalSettings settings;
    settings.images = options_.images;
    settings.documents = options_.documents;
    settings.trace = true;
    settings.signals = options_.scores;
    const auto response = api::evaluate(snapshot_, *body, settings);
    if (response) {
      take_response(*response, expected, result);
      result.scores = scores_of(*response);
    } else {
      result.failures.push_back(fmt::format("the request was refused ({} {}): {}", response.error().status,
                                            response.error().code, response.error().message));
    }
    return result;
  }

  const router::Snapshot& snapshot_;
  const ProbeFile& file_;
  const RunOptions& options_;
  std::size_t count_ = 0;
  ProbeReport report_;
};

}  // namespace

ProbeReport run_probes(const router::Snapshot& snapshot, const ProbeFile& file, const RunOptions& options) {
  return Runner(snapshot, file, options).run();
}

}  // namespace signalbox::probes
