// The planner's loop. Each round asks what is settled and, if anything is open that matters, evaluates the cheapest cost
// class of it. The order of evaluation can never change the result: a round ends only when no completion of the open
// signals could (winner.h), and every result, once known, stays.
#include "decision/engine.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "decision/partitions.h"
#include "decision/winner.h"

namespace signalbox::decision {

using signals::Cost;
using signals::Reason;
using signals::SignalResult;
using signals::Truth;

namespace {

// Evaluates families into the result table.
class Acquirer {
 public:
  Acquirer(const Program& program, const Semantics& semantics, const std::vector<bool>& whole,
           signals::EvalContext& context, const DecideOptions& options, std::vector<SignalResult>& results,
           std::vector<Knowledge>& knowledge)
      : program_(program), semantics_(semantics), whole_(whole), context_(context), options_(options),
        results_(results), knowledge_(knowledge) {}

  // Evaluates the wanted signals (all of their family where it is coupled).
  void acquire(const std::vector<bool>& wanted) {
    for (std::uint32_t f = 0; f < program_.signals.families(); ++f) acquire_family(f, wanted);
  }

  Cost cost(SignalId id) const {
    const SignalEntry& entry = program_.signals[id];
    return program_.signals.family(entry.family).cost(entry.leaf, context_.evidence);
  }

  std::chrono::nanoseconds time() const { return time_; }

 private:
  void acquire_family(std::uint32_t f, const std::vector<bool>& wanted) {
    const signals::Family& family = program_.signals.family(f);
    const SignalId first = program_.signals.first_of(f);
    const std::size_t count = family.leaves().size();
    leaves_.clear();
    for (std::size_t leaf = 0; leaf < count; ++leaf) {
      const SignalId id = first + static_cast<SignalId>(leaf);
      if (wanted[id] && knowledge_[id] == Knowledge::open) leaves_.push_back(leaf);
    }
    if (leaves_.empty()) return;
    if (whole_[f]) {
      leaves_.clear();
      for (std::size_t leaf = 0; leaf < count; ++leaf) leaves_.push_back(leaf);
    }
    const std::chrono::steady_clock::time_point start = options_.now();
    const std::span<SignalResult> results(results_.data() + first, count);
    family.evaluate(leaves_, context_, results);
    const std::chrono::nanoseconds took = options_.now() - start;
    time_ += took;
    for (const std::size_t leaf : leaves_) {
      results[leaf].time = took;
      knowledge_[first + leaf] = Knowledge::known;
      settle_identity(results[leaf]);
    }
    apply_partitions(f);
  }

  void apply_partitions(std::uint32_t family) {
    for (const Partition& partition : program_.projections.partitions) {
      if (!partition.members.empty() && program_.signals[partition.members.front()].family == family) {
        apply_partition(partition, semantics_, results_);
      }
    }
  }

  void settle_identity(SignalResult& result) const {
    if (result.reason != Reason::identity_missing || options_.identity != IdentityPolicy::fail_open) return;
    result = SignalResult{};
    result.detail = "no verified identity; authz.fail_open: no roles";
  }

  const Program& program_;
  const Semantics& semantics_;
  const std::vector<bool>& whole_;
  signals::EvalContext& context_;
  const DecideOptions& options_;
  std::vector<SignalResult>& results_;
  std::vector<Knowledge>& knowledge_;
  std::vector<std::size_t> leaves_;
  std::chrono::nanoseconds time_{0};
};

std::vector<Belief> beliefs_of(const Program& program, const Evaluator& evaluator) {
  std::vector<Belief> beliefs;
  beliefs.reserve(program.decisions.size());
  for (const CompiledDecision& decision : program.decisions) beliefs.push_back(evaluator.node(decision.root));
  return beliefs;
}

// Keeps of `needed` only the cheapest cost class.
void keep_cheapest(std::vector<bool>& needed, const std::function<Cost(SignalId)>& cost_of) {
  Cost cheapest = Cost::remote;
  for (SignalId id = 0; id < needed.size(); ++id) {
    if (needed[id]) cheapest = std::min(cheapest, cost_of(id));
  }
  for (SignalId id = 0; id < needed.size(); ++id) {
    if (needed[id] && cost_of(id) != cheapest) needed[id] = false;
  }
}

// Runs rounds until the verdict is settled. `acquire` makes the given signals known.
Verdict plan(const Program& program, const Semantics& semantics, const std::vector<bool>& eligible, Evaluator& evaluator,
             const std::function<Cost(SignalId)>& cost_of, const std::function<void(const std::vector<bool>&)>& acquire) {
  while (true) {
    evaluator.refresh();
    Verdict verdict = judge(program, semantics, beliefs_of(program, evaluator), eligible);
    if (verdict.settled) return verdict;
    std::vector<bool> needed(program.signals.size(), false);
    for (const std::size_t i : verdict.relevant) evaluator.collect_open(program.decisions[i].root, needed);
    if (std::find(needed.begin(), needed.end(), true) == needed.end()) needed = program.used;  // never needed; terminates
    keep_cheapest(needed, cost_of);
    acquire(needed);
  }
}

}  // namespace

Engine::Engine(std::unique_ptr<const Program> program, const Semantics& semantics)
    : program_(std::move(program)), semantics_(semantics), whole_(program_->signals.families(), false) {
  for (std::uint32_t f = 0; f < whole_.size(); ++f) whole_[f] = program_->signals.family(f).coupled();
  for (const Partition& partition : program_->projections.partitions) {
    for (const SignalId id : partition.members) whole_[program_->signals[id].family] = true;
  }
}

bool Engine::may_block(const evidence::Evidence& evidence) const {
  for (SignalId id = 0; id < program_->signals.size(); ++id) {
    if (!program_->used[id]) continue;
    const SignalEntry& entry = program_->signals[id];
    if (program_->signals.family(entry.family).cost(entry.leaf, evidence) > Cost::scan) return true;
  }
  return false;
}

namespace {

// One call of decide(): its working state and the steps in order.
class Run {
 public:
  Run(const Program& program, const Semantics& semantics, const std::vector<bool>& whole, signals::EvalContext& context,
      const DecideOptions& options)
      : program_(program), semantics_(semantics), whole_(whole), options_(options), results_(program.signals.size()),
        knowledge_(program.signals.size(), Knowledge::open), eligible_(program.decisions.size(), true),
        acquirer_(program, semantics, whole, context, options, results_, knowledge_) {
    for (std::size_t i = 0; i < eligible_.size(); ++i) {
      if (options.security_only) eligible_[i] = program.decisions[i].security;
    }
  }

  Outcome run() {
    const std::chrono::steady_clock::time_point start = options_.now();
    if (options_.eager) acquirer_.acquire(program_.used);
    if (refuse_without_identity()) return finish(start);
    Evaluator evaluator(program_, semantics_, results_, knowledge_);
    const Verdict verdict = plan(program_, semantics_, eligible_, evaluator, cost_of(),
                                 [this](const std::vector<bool>& wanted) { acquirer_.acquire(wanted); });
    take(verdict, evaluator);
    refuse_while_blocked(verdict);
    if (options_.eager) {
      outcome_.determined = wins_without_unknowns(verdict);
      outcome_.would_skip = simulate_lazy();
    }
    return finish(start);
  }

 private:
  std::function<Cost(SignalId)> cost_of() {
    return [this](SignalId id) { return acquirer_.cost(id); };
  }

  // Identity is never assumed: a recipe that asks for roles refuses a request without a verified sender.
  bool refuse_without_identity() {
    if (options_.identity == IdentityPolicy::report) return false;
    std::vector<bool> authz(program_.signals.size(), false);
    bool any = false;
    for (SignalId id = 0; id < authz.size(); ++id) {
      authz[id] = program_.used[id] && program_.signals[id].type->leaf == "authz";
      any = any || authz[id];
    }
    if (!any) return false;
    acquirer_.acquire(authz);
    for (SignalId id = 0; id < authz.size(); ++id) {
      if (authz[id] && results_[id].reason == Reason::identity_missing) outcome_.blocking.push_back(id);
    }
    if (!outcome_.blocking.empty()) outcome_.kind = Outcome::Kind::forbidden;
    return !outcome_.blocking.empty();
  }

  void take(const Verdict& verdict, const Evaluator& evaluator) {
    const std::vector<Belief> beliefs = beliefs_of(program_, evaluator);
    for (std::size_t i = 0; i < beliefs.size(); ++i) {
      if (eligible_[i] && beliefs[i].settled && beliefs[i].surely_unknown()) outcome_.unknown_decisions.push_back(i);
    }
    if (verdict.winner) {
      outcome_.kind = Outcome::Kind::decision;
      outcome_.decision = *verdict.winner;
      outcome_.confidence = beliefs[*verdict.winner].low;
      evaluator.matched_rules(program_.decisions[*verdict.winner].root, outcome_.matched_rules);
    }
    for (OutputId id = 0; id < program_.projections.output_names.size(); ++id) {
      outcome_.outputs.push_back(evaluator.output(id));
    }
    for (ScoreId id = 0; id < program_.projections.scores.size(); ++id) outcome_.scores.push_back(evaluator.score(id));
    if (options_.trace) add_traces(beliefs, evaluator);
  }

  void add_traces(const std::vector<Belief>& beliefs, const Evaluator& evaluator) {
    for (std::size_t i = 0; i < beliefs.size(); ++i) {
      record::DecisionTrace trace;
      trace.decision_name = program_.decisions[i].name;
      trace.matched = beliefs[i].surely_matches();
      trace.state = trace.matched ? "match" : beliefs[i].surely_misses() ? "no_match" : "unknown";
      trace.confidence = trace.matched ? beliefs[i].low : 0;
      trace.root = evaluator.trace(program_.decisions[i].root);
      outcome_.traces.push_back(std::move(trace));
    }
  }

  // The beliefs with some known signals taken as open.
  std::vector<Belief> beliefs_with_open(const std::vector<bool>& open) const {
    std::vector<Knowledge> knowledge = knowledge_;
    for (SignalId id = 0; id < open.size(); ++id) {
      if (open[id]) knowledge[id] = Knowledge::open;
    }
    return beliefs_of(program_, Evaluator(program_, semantics_, results_, knowledge));
  }

  // Whatever these signals were: the same winner, with the same confidence and matched rules.
  bool stands_with_open(const std::vector<bool>& open, const Verdict& verdict) const {
    const Verdict other = judge(program_, semantics_, beliefs_with_open(open), eligible_);
    return other.settled && other.winner == verdict.winner;
  }

  void refuse_while_blocked(const Verdict& verdict) {
    std::vector<bool> blocked(program_.signals.size(), false);
    for (const RuleLeaf& leaf : program_.forest.leaves) {
      if (leaf.on_unknown == OnUnknown::block && leaf.signal != kNone && is_unknown(leaf.signal)) {
        blocked[leaf.signal] = true;
      }
    }
    if (std::find(blocked.begin(), blocked.end(), true) == blocked.end() || stands_with_open(blocked, verdict)) return;
    outcome_.kind = Outcome::Kind::policy_unavailable;
    for (SignalId id = 0; id < blocked.size(); ++id) {
      if (blocked[id]) outcome_.blocking.push_back(id);
    }
  }

  bool is_unknown(SignalId id) const {
    return knowledge_[id] == Knowledge::known && results_[id].truth == Truth::unknown;
  }

  // The same decision, though its confidence may depend on signals that are unknown.
  bool wins_without_unknowns(const Verdict& verdict) const {
    std::vector<bool> unknown(program_.signals.size(), false);
    for (SignalId id = 0; id < unknown.size(); ++id) unknown[id] = is_unknown(id);
    return surely_wins(program_, semantics_, beliefs_with_open(unknown), eligible_, verdict.winner);
  }

  // What a lazy run would have skipped: the same rounds, with the results that are there already.
  std::vector<bool> simulate_lazy() {
    std::vector<Knowledge> knowledge(program_.signals.size(), Knowledge::open);
    Evaluator evaluator(program_, semantics_, results_, knowledge);
    plan(program_, semantics_, eligible_, evaluator, cost_of(), [&](const std::vector<bool>& wanted) {
      for (SignalId id = 0; id < wanted.size(); ++id) {
        if (!wanted[id]) continue;
        for (SignalId other = 0; other < wanted.size(); ++other) {
          const bool together = whole_[program_.signals[id].family] &&
                                program_.signals[id].family == program_.signals[other].family;
          if (other == id || together) knowledge[other] = Knowledge::known;
        }
      }
    });
    std::vector<bool> skipped(program_.signals.size(), false);
    for (SignalId id = 0; id < skipped.size(); ++id) skipped[id] = program_.used[id] && knowledge[id] == Knowledge::open;
    return skipped;
  }

  Outcome finish(std::chrono::steady_clock::time_point start) {
    outcome_.signal_time = acquirer_.time();
    outcome_.decision_time = options_.now() - start - outcome_.signal_time;
    outcome_.evaluated.resize(knowledge_.size());
    outcome_.assumed.assign(knowledge_.size(), false);
    for (SignalId id = 0; id < knowledge_.size(); ++id) outcome_.evaluated[id] = knowledge_[id] == Knowledge::known;
    for (const RuleLeaf& leaf : program_.forest.leaves) {
      const bool assumes = leaf.on_unknown == OnUnknown::match || leaf.on_unknown == OnUnknown::no_match;
      if (assumes && leaf.signal != kNone && is_unknown(leaf.signal)) outcome_.assumed[leaf.signal] = true;
    }
    for (const Score& score : program_.projections.scores) {  // security inputs count as matches there
      for (const ScoreInput& input : score.inputs) {
        if (input.signal == kNone || !program_.signals[input.signal].security) continue;
        if (is_unknown(input.signal)) outcome_.assumed[input.signal] = true;
      }
    }
    outcome_.results = std::move(results_);
    return std::move(outcome_);
  }

  const Program& program_;
  const Semantics& semantics_;
  const std::vector<bool>& whole_;
  const DecideOptions& options_;
  std::vector<SignalResult> results_;
  std::vector<Knowledge> knowledge_;
  std::vector<bool> eligible_;
  Acquirer acquirer_;
  Outcome outcome_;
};

}  // namespace

Outcome Engine::decide(signals::EvalContext& context, const DecideOptions& options) const {
  return Run(*program_, semantics_, whole_, context, options).run();
}

}  // namespace signalbox::decision
