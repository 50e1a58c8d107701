// One call of decide(): identity first, then rounds of the planner until the verdict is settled, then what was assumed
// or blocks. An eager run makes every used signal known before the first round and replays the lazy one afterwards,
// with the results that are there, to tell what it would have skipped.
#include "decision/engine.h"

#include <algorithm>
#include <utility>

#include "decision/acquirer.h"
#include "decision/planner.h"

namespace signalbox::decision {

using signals::Cost;
using signals::Reason;
using signals::SignalResult;
using signals::Truth;

namespace {

// A lazy run that takes the results of an eager one.
class Rehearsal final : public SignalSource {
 public:
  Rehearsal(const EngineTables& tables, const evidence::Evidence& evidence)
      : tables_(tables), evidence_(evidence), knowledge_(tables.program->signals.size(), Knowledge::open) {}

  Cost cost(SignalId id) const override { return tables_.cost(id, evidence_); }

  void acquire(const SignalSet& wanted) override {
    const SignalTable& table = tables_.program->signals;
    wanted.each([&](SignalId id) {
      const std::uint32_t family = table[id].family;
      const auto first = knowledge_.begin() + static_cast<std::ptrdiff_t>(table.first_of(family));
      if (tables_.whole[family]) std::fill_n(first, table.family(family).leaves().size(), Knowledge::known);
      knowledge_[id] = Knowledge::known;
    });
  }

  std::span<const Knowledge> knowledge() const { return knowledge_; }

 private:
  const EngineTables& tables_;
  const evidence::Evidence& evidence_;
  std::vector<Knowledge> knowledge_;
};

class Run {
 public:
  Run(const EngineTables& tables, signals::EvalContext& context, const DecideOptions& options)
      : tables_(tables),
        program_(*tables.program),
        context_(context),
        options_(options),
        results_(program_.signals.size()),
        knowledge_(program_.signals.size(), Knowledge::open),
        eligible_(program_.decisions.size(), true),
        acquirer_(tables, context, options, results_, knowledge_),
        planner_(program_, tables.semantics, eligible_, tables.used) {
    for (std::size_t i = 0; options.security_only && i < eligible_.size(); ++i) {
      eligible_[i] = program_.decisions[i].security;
    }
  }

  Outcome run() {
    const std::chrono::steady_clock::time_point start = options_.now();
    if (options_.eager) acquirer_.acquire(tables_.used);
    if (!refuse_without_identity()) decide();
    if (options_.eager) rehearse();
    return finish(start);
  }

 private:
  struct Settlement {
    Verdict verdict;
    bool blocked = false;  // an unknown signal with on_unknown: block could change which decision wins
  };

  // Identity is never assumed: a recipe that asks for roles refuses a request without a verified sender.
  bool refuse_without_identity() {
    if (options_.identity == IdentityPolicy::report || tables_.identity.empty()) return false;
    acquirer_.acquire(tables_.identity);
    tables_.identity.each([&](SignalId id) {
      if (results_[id].reason == Reason::identity_missing) outcome_.blocking.push_back(id);
    });
    if (outcome_.blocking.empty()) return false;
    outcome_.kind = Outcome::Kind::forbidden;
    return true;
  }

  void decide() {
    Evaluator evaluator(tables_.nothing_known, results_, knowledge_);
    if (acquirer_.acquired()) evaluator.refresh();
    const Settlement settlement = settle(evaluator, knowledge_, acquirer_);
    take(settlement.verdict, evaluator);
    if (settlement.verdict.winner) acquire_needs(*settlement.verdict.winner, acquirer_);
    if (settlement.blocked) refuse_policy();
    if (options_.eager) outcome_.determined = is_determined(evaluator);
  }

  Settlement settle(Evaluator& evaluator, std::span<const Knowledge> knowledge, SignalSource& source) {
    Settlement result{planner_.run(Goal::settled, evaluator, knowledge, source)};
    const bool may_block =
        std::any_of(tables_.blockers.begin(), tables_.blockers.end(), [&](const EngineTables::Blocker& blocker) {
          return evaluator.unresolved(program_.forest.leaves[blocker.leaf]).can_be_unknown;
        });
    if (!may_block) return result;
    evaluator.assume(Unknowns::blocking_open);
    result.blocked = !planner_.run(Goal::decided, evaluator, knowledge, source).decided;
    evaluator.assume(Unknowns::as_they_are);
    return result;
  }

  // What the winner does must know more than who won. It comes last, and can change nothing that is settled.
  void acquire_needs(std::size_t decision, SignalSource& source) const {
    SignalSet needs(program_.signals.size());
    for (const SignalId id : program_.decisions[decision].needs) needs.insert(id);
    if (!needs.empty()) source.acquire(needs);
  }

  void take(const Verdict& verdict, const Evaluator& evaluator) {
    for (std::size_t i = 0; i < program_.decisions.size(); ++i) {
      const Belief belief = evaluator.node(program_.decisions[i].root);
      if (eligible_[i] && belief.settled && belief.surely_unknown()) outcome_.unknown_decisions.push_back(i);
    }
    if (verdict.winner) {
      const NodeId root = program_.decisions[*verdict.winner].root;
      outcome_.kind = Outcome::Kind::decision;
      outcome_.decision = *verdict.winner;
      outcome_.confidence = evaluator.node(root).low;
      evaluator.matched_rules(root, outcome_.matched_rules);
    }
    for (OutputId id = 0; id < program_.projections.output_names.size(); ++id) {
      outcome_.outputs.push_back(evaluator.output(id));
    }
    for (ScoreId id = 0; id < program_.projections.scores.size(); ++id) outcome_.scores.push_back(evaluator.score(id));
    if (options_.trace) add_traces(evaluator);
  }

  void add_traces(const Evaluator& evaluator) {
    for (const CompiledDecision& decision : program_.decisions) {
      record::DecisionTrace trace;
      trace.decision_name = decision.name;
      trace.root = evaluator.trace(decision.root);
      trace.matched = trace.root.matched;
      trace.state = trace.root.state;
      trace.confidence = trace.root.confidence;
      outcome_.traces.push_back(std::move(trace));
    }
  }

  void refuse_policy() {
    outcome_.kind = Outcome::Kind::policy_unavailable;
    SignalSet blocking(program_.signals.size());
    for (const EngineTables::Blocker& blocker : tables_.blockers) {
      blocker.signals.each([&](SignalId id) {
        if (is_unknown(id)) blocking.insert(id);
      });
    }
    blocking.each([&](SignalId id) { outcome_.blocking.push_back(id); });
  }

  bool is_unknown(SignalId id) const {
    return knowledge_[id] == Knowledge::known && results_[id].truth == Truth::unknown;
  }

  // The verdict stands with everything known; only what is unknown could still change it.
  bool is_determined(Evaluator& evaluator) {
    bool unknown =
        std::any_of(outcome_.scores.begin(), outcome_.scores.end(), [](auto& score) { return score.unknown; });
    tables_.used.each([&](SignalId id) { unknown = unknown || is_unknown(id); });
    if (!unknown) return true;
    evaluator.assume(Unknowns::all_open);
    return planner_.judge_now(evaluator).decided;
  }

  void rehearse() {
    Rehearsal rehearsal(tables_, context_.evidence);
    const bool asks_identity = options_.identity != IdentityPolicy::report && !tables_.identity.empty();
    if (asks_identity) rehearsal.acquire(tables_.identity);
    if (outcome_.kind != Outcome::Kind::forbidden) {
      Evaluator evaluator(tables_.nothing_known, results_, rehearsal.knowledge());
      if (asks_identity) evaluator.refresh();
      const Settlement settlement = settle(evaluator, rehearsal.knowledge(), rehearsal);
      if (settlement.verdict.winner) acquire_needs(*settlement.verdict.winner, rehearsal);
    }
    outcome_.would_skip.assign(knowledge_.size(), false);
    tables_.used.each([&](SignalId id) { outcome_.would_skip[id] = rehearsal.knowledge()[id] == Knowledge::open; });
  }

  Outcome finish(std::chrono::steady_clock::time_point start) {
    outcome_.evaluated.resize(knowledge_.size());
    outcome_.assumed.resize(knowledge_.size());
    for (SignalId id = 0; id < knowledge_.size(); ++id) {
      outcome_.evaluated[id] = knowledge_[id] == Knowledge::known;
      outcome_.assumed[id] = is_unknown(id) && tables_.assumable.contains(id);
    }
    outcome_.results = std::move(results_);
    outcome_.signal_time = acquirer_.time();
    outcome_.decision_time = options_.now() - start - outcome_.signal_time;
    return std::move(outcome_);
  }

  const EngineTables& tables_;
  const Program& program_;
  const signals::EvalContext& context_;
  const DecideOptions& options_;
  std::vector<SignalResult> results_;
  std::vector<Knowledge> knowledge_;
  std::vector<bool> eligible_;
  Acquirer acquirer_;
  Planner planner_;
  Outcome outcome_;
};

}  // namespace

Engine::Engine(std::unique_ptr<const Program> program, const Semantics& semantics)
    : program_(std::move(program)), tables_(*program_, semantics) {}

bool Engine::may_block(const evidence::Evidence& evidence) const {
  bool blocks = false;
  tables_.used.each([&](SignalId id) { blocks = blocks || tables_.cost(id, evidence) > Cost::scan; });
  return blocks;
}

Outcome Engine::decide(signals::EvalContext& context, const DecideOptions& options) const {
  return Run(tables_, context, options).run();
}

}  // namespace signalbox::decision
