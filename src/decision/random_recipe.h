// Random recipes and random results for the property tests. Small alphabets on purpose: shared signals, equal
// priorities and equal confidences are where mistakes hide.
#pragma once

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "decision/test_recipe.h"

namespace signalbox::decision::test {

class RandomRecipe {
 public:
  explicit RandomRecipe(std::uint32_t seed) : random_(seed) {
    make_signals();
    make_projections();
    if (chance(0.5)) text.composers.push_back({"complexity", "c", rule(2, false)});
    text.strategy = chance(0.5) ? Strategy::priority : Strategy::confidence;
    const int decisions = below(5) + 1;
    for (int i = 0; i < decisions; ++i) {
      DecisionText decision;
      decision.name = "d" + std::to_string((i * 3) % 7);
      decision.priority = below(3);
      decision.tier = chance(0.6) ? 0 : below(3);
      if (!chance(0.04)) decision.rules = rule(4, true);
      text.decisions.push_back(std::move(decision));
    }
    v1 = chance(0.5);
  }

  RecipeOptions options() const { return {v1 ? semantics_v1() : semantics_v03(), {"complexity", "preference"}, true}; }
  Recipe build() const { return Recipe(fakes, text, options()); }

  signals::SignalResult result() {
    static constexpr double kConfidences[] = {0, 0.3, 0.5, 0.5, 0.8, 1};
    signals::SignalResult result;
    const int truth = below(10);
    if (truth < 2) result = unknown();
    if (truth >= 6) result = match(kConfidences[below(6)]);
    if (chance(0.4)) result.value = below(5) * 0.25;
    if (chance(0.2) && truth >= 6) result.calibrated = kConfidences[below(6)];
    return result;
  }

  std::vector<FakeSignal> fakes;
  RecipeText text;
  bool v1 = false;

  bool chance(double p) { return std::uniform_real_distribution<double>(0, 1)(random_) < p; }
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

 private:
  void make_signals() {
    using signals::Cost;
    add("keyword", {"k0", "k1", "k2"}, Cost::instant);
    add("structure", {"s0", "s1"}, Cost::scan);
    add("embedding", {"e0", "e1", "e2"}, Cost::model);
    add("preference", {"p0", "p1"}, Cost::remote);
    add("complexity", {"c:hard", "c:easy", "x:hard"}, Cost::model);
    add("jailbreak", {"j0", "j1"}, Cost::model, true);
    add("kb", {"b/best_score"}, Cost::model);
    if (chance(0.25)) add("authz", {"a0"}, Cost::instant);
    for (FakeSignal& fake : fakes) {
      if (fake.type == "authz" && chance(0.2)) fake.result = unknown(signals::Reason::identity_missing);
    }
  }

  void add(const std::string& type, const std::vector<std::string>& names, signals::Cost cost, bool security = false) {
    for (const std::string& name : names) {
      fakes.push_back({type, name, result(), security, chance(0.2) ? signals::Cost::image : cost});
    }
  }

  ScoreInputSpec input(int score) {
    ScoreInputSpec input;
    input.weight = below(5) - 2;
    if (score > 0 && chance(0.3)) {
      input.type = "projection";
      input.name = "score" + std::to_string(below(score));
    } else if (score > 0 && !bands_.empty() && chance(0.3)) {
      input.type = "projection";
      input.name = bands_[static_cast<std::size_t>(below(static_cast<int>(bands_.size())))];
      input.value_source = chance(0.5) ? ValueSource::confidence : ValueSource::binary;
    } else if (chance(0.03)) {
      input.type = "kb_metric", input.kb = "b", input.metric = "best_score";
    } else {
      const FakeSignal& fake = fakes[static_cast<std::size_t>(below(static_cast<int>(fakes.size())))];
      input.type = fake.type, input.name = fake.name;
      input.value_source = static_cast<ValueSource>(below(3));
    }
    if (chance(0.3)) input.match = below(3), input.miss = below(3) - 1;
    return input;
  }

  void make_projections() {
    if (chance(0.3)) {
      PartitionSpec partition;
      partition.name = "part", partition.members = {"e0", "e1"}, partition.fallback = "e1";
      if (chance(0.5)) partition.semantics = PartitionSemantics::softmax_exclusive, partition.temperature = 0.5;
      text.projections.partitions.push_back(partition);
    }
    const int scores = below(4);
    for (int s = 0; s < scores; ++s) {
      ScoreSpec score{.path = "", .name = "score" + std::to_string(s), .inputs = {}};
      for (int i = below(3); i >= 0; --i) score.inputs.push_back(input(s));
      text.projections.scores.push_back(score);
      if (chance(0.7)) make_mapping(s);
    }
  }

  void make_mapping(int s) {
    MappingSpec mapping;
    mapping.name = "m" + std::to_string(s), mapping.source = "score" + std::to_string(s);
    mapping.method = chance(0.5) ? MappingMethod::threshold_bands : MappingMethod::multi_emit;
    if (chance(0.5)) mapping.calibration = CalibrationSpec{.slope = 2};
    for (int i = 0; i < 2 + below(2); ++i) {
      BandSpec band;
      band.name = mapping.name + "b" + std::to_string(i);
      const double low = below(5) * 0.5 - 1;
      if (chance(0.5)) (chance(0.5) ? band.gt : band.gte) = low;
      if (chance(0.5) || !(band.gt || band.gte)) (chance(0.5) ? band.lt : band.lte) = low + 0.25 * (1 + below(4));
      bands_.push_back(band.name);
      mapping.outputs.push_back(band);
    }
    text.projections.mappings.push_back(mapping);
  }

  RuleSpec leaf(bool projections) {
    RuleSpec rule;
    const FakeSignal& fake = fakes[static_cast<std::size_t>(below(static_cast<int>(fakes.size())))];
    rule.type = fake.type, rule.name = fake.name;
    if (!projections && fake.type == "complexity") rule.type = "keyword", rule.name = "k0";
    if (projections && !bands_.empty() && chance(0.25)) {
      rule.type = "projection", rule.name = bands_[static_cast<std::size_t>(below(static_cast<int>(bands_.size())))];
    }
    if (chance(0.15)) {
      rule.predicate.emplace();
      (chance(0.5) ? rule.predicate->gte : rule.predicate->lt) = below(4) * 0.25;
    }
    if (chance(0.35)) rule.on_unknown = static_cast<OnUnknown>(below(4));
    if (rule.type == "authz") rule.on_unknown.reset();
    return rule;
  }

  RuleSpec rule(int depth, bool projections) {
    if (depth == 0 || chance(0.35)) return leaf(projections);
    RuleSpec rule;
    const int op = below(5);
    rule.op = op == 0 ? "NOT" : (op < 3 ? "AND" : "OR");
    rule.conditions.emplace();
    const int count = op == 0 ? 1 : below(20) == 0 ? 0 : 1 + below(3);
    for (int i = 0; i < count; ++i) rule.conditions->push_back(this->rule(depth - 1, projections));
    return rule;
  }

  std::mt19937 random_;
  std::vector<std::string> bands_;
};

}  // namespace signalbox::decision::test
