#include "probes/judge_response.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "config/diagnostics.h"
#include "probes/judge_selection.h"

namespace signalbox::probes {

namespace {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;
using SignalSet = std::set<std::pair<std::string, std::string>>;  // (type, name)

bool contains(const Names& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

Names names_of(const Json& list) {
  return list.is_array() ? list.get<Names>() : Names{};
}

SignalSet signals_of(const Json& by_type) {
  SignalSet set;
  for (const auto& [type, names] : by_type.items()) {
    for (const Json& name : names) set.emplace(type, name.get<std::string>());
  }
  return set;
}

SignalSet signals_of(const NamesByType& by_type) {
  SignalSet set;
  for (const auto& [type, names] : by_type) {
    for (const std::string& name : names) set.emplace(type, name);
  }
  return set;
}

class ResponseJudge {
 public:
  ResponseJudge(const Json& response, const Expectation& expected)
      : response_(response), expected_(expected), result_(response.at("decision_result")) {}

  Verdict run() {
    verdict_.determined = response_.at("determined").get<bool>();
    if (!verdict_.determined) return std::move(verdict_);
    decision();
    recipe();
    recommended();
    algorithm();
    plugins();
    signals();
    trace();
    return std::move(verdict_);
  }

 private:
  void fail(std::string message) { verdict_.failures.push_back(std::move(message)); }

  void decision() {
    const std::string actual = response_.at("routing_decision").get<std::string>();
    if (actual == expected_.decision) return;
    if (!expected_.decision.empty() && !contains(expected_.recipe_decisions, expected_.decision)) {
      const std::string hint = config::did_you_mean(expected_.decision, expected_.recipe_decisions);
      fail(fmt::format("the recipe has no decision \"{}\"{}{}", expected_.decision, hint.empty() ? "" : "; ", hint));
      return;
    }
    const auto shown = [](const std::string& name) {
      return name.empty() ? "no decision" : fmt::format("\"{}\"", name);
    };
    fail(fmt::format("decision: expected {}, got {}", shown(expected_.decision), shown(actual)));
  }

  void recipe() {
    const std::string actual = response_.at("recipe").get<std::string>();
    if (actual != expected_.recipe) fail(fmt::format("recipe: expected \"{}\", got \"{}\"", expected_.recipe, actual));
    const std::string model = response_.at("requested_model").get<std::string>();
    if (!expected_.model.empty() && model != expected_.model) {
      fail(fmt::format("requested_model: expected \"{}\", got \"{}\"", expected_.model, model));
    }
  }

  void recommended() {
    const Names models = names_of(response_.at("recommended_models"));
    if (expected_.alias.empty() || contains(models, expected_.alias)) return;
    fail(fmt::format("recommended_models: \"{}\" is not among [{}]", expected_.alias, fmt::join(models, ", ")));
  }

  void algorithm() {
    if (expected_.algorithm.empty()) return;
    const std::string actual = result_.at("algorithm").get<std::string>();
    if (actual != expected_.algorithm) {
      fail(fmt::format("algorithm: expected \"{}\", got \"{}\"", expected_.algorithm, actual));
    }
    const SelectionReport selection{.method = response_.at("selection_method").get<std::string>(),
                                    .status = response_.at("selection_status").get<std::string>(),
                                    .model = response_.at("selected_model").get<std::string>(),
                                    .recommended = names_of(response_.at("recommended_models"))};
    for (std::string& failure : judge_selection(selection, expected_.algorithm)) fail(std::move(failure));
  }

  void plugins() {
    const Names actual = names_of(result_.at("plugins"));
    for (const std::string& name : expected_.plugins) {
      if (!contains(actual, name))
        fail(fmt::format("plugins: \"{}\" is not among [{}]", name, fmt::join(actual, ", ")));
    }
    for (const std::string& name : actual) {
      const bool extra = expected_.plugin_match == NameMatch::exact && !contains(expected_.plugins, name);
      if (extra) fail(fmt::format("plugins: \"{}\" is not expected (plugin_match: exact)", name));
      if (contains(expected_.forbidden_plugins, name)) fail(fmt::format("plugins: \"{}\" is forbidden", name));
    }
  }

  void signals() {
    const SignalSet matched = signals_of(result_.at("matched_signals"));
    const SignalSet missed = signals_of(result_.at("unmatched_signals"));
    const SignalSet used = signals_of(result_.at("used_signals"));
    const SignalSet expected = signals_of(expected_.signals), forbidden = signals_of(expected_.forbidden_signals);
    for (const auto& signal : expected) expect_signal(signal, matched, missed, used);
    for (const auto& [type, name] : matched) {
      if (forbidden.contains({type, name})) fail(fmt::format("signal {}:{} matched and is forbidden", type, name));
      if (expected_.signal_match == NameMatch::exact && !expected.contains({type, name})) {
        fail(fmt::format("signal {}:{} matched and is not expected (signal_match: exact)", type, name));
      }
    }
    for (const auto& signal : used) {
      if (matched.contains(signal) || missed.contains(signal)) continue;
      const bool constrained = forbidden.contains(signal) || expected_.signal_match == NameMatch::exact;
      if (constrained && !expected.contains(signal)) unchecked(signal, "must not match");
    }
  }

  void expect_signal(const SignalSet::value_type& signal, const SignalSet& matched, const SignalSet& missed,
                     const SignalSet& used) {
    if (matched.contains(signal)) return;
    if (missed.contains(signal)) return fail(fmt::format("signal {}:{} did not match", signal.first, signal.second));
    if (used.contains(signal)) return unchecked(signal, "must match");
    fail(fmt::format("signal {}:{} did not match: no decision of the recipe uses a signal of this name", signal.first,
                     signal.second));
  }

  void unchecked(const SignalSet::value_type& signal, std::string_view what) {
    verdict_.unchecked.push_back(fmt::format("signal {}:{} is unknown and {}", signal.first, signal.second, what));
  }

  void trace() {
    if (response_.at("recipe") != expected_.recipe) return;  // another recipe's decisions; already a failure
    Names names;
    bool matched = false;
    for (const Json& entry : response_.at("eval_trace")) {
      names.push_back(entry.at("decision_name").get<std::string>());
      if (names.back() == expected_.decision) matched = entry.at("matched").get<bool>();
    }
    Names wanted = expected_.recipe_decisions;
    std::ranges::sort(names);
    std::ranges::sort(wanted);
    if (names != wanted) {
      fail(fmt::format("eval_trace: expected one entry for each of [{}], got [{}]", fmt::join(wanted, ", "),
                       fmt::join(names, ", ")));
    }
    if (contains(names, expected_.decision) && !matched) {
      fail(fmt::format("eval_trace: \"{}\" is not matched", expected_.decision));
    }
  }

  const Json& response_;
  const Expectation& expected_;
  const Json& result_;
  Verdict verdict_;
};

}  // namespace

Verdict judge_response(const Json& response, const Expectation& expected) {
  return ResponseJudge(response, expected).run();
}

}  // namespace signalbox::probes
