// The decision engine of one recipe: evidence in, the winning decision out, with everything that led to it.
//
// Lazy by default: signals run from the cheapest cost class upwards, and only while their value can still change the
// winner, its confidence or its matched rules. Eager on request (eval, explain, x-vsr-debug): every signal the recipe
// uses runs; the same decision comes out, and `would_skip` says what the lazy run would have left out.
//
// An Engine is immutable and shared by all threads; decide() may block on pictures and models until the deadline.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "decision/evaluator.h"
#include "decision/program.h"
#include "decision/semantics.h"
#include "decision/signal_set.h"
#include "record/trace.h"
#include "signals/signal.h"

namespace signalbox::decision {

enum class IdentityPolicy : std::uint8_t {
  enforce,    // a recipe that uses authz refuses requests without a verified identity (403)
  fail_open,  // such requests have no roles
  report,     // such authz leaves are unknown (eval, explain: no caller is there)
};

struct DecideOptions {
  bool eager = false;
  bool security_only = false;  // judge by security decisions alone (a request that names a concrete model)
  bool trace = false;
  IdentityPolicy identity = IdentityPolicy::enforce;
  std::chrono::steady_clock::time_point (*now)() = &std::chrono::steady_clock::now;
};

struct Outcome {
  enum class Kind : std::uint8_t {
    decision,            // `decision` won
    no_decision,         // nothing matched: the default model
    forbidden,           // authz without a verified identity
    policy_unavailable,  // an unknown signal with on_unknown: block could change the outcome
  };
  Kind kind = Kind::no_decision;
  std::size_t decision = 0;
  double confidence = 0;
  std::vector<std::string> matched_rules;      // "keyword:urgent"
  std::vector<signals::SignalResult> results;  // by SignalId; meaningful where evaluated
  std::vector<bool> evaluated;                 // by SignalId
  std::vector<bool> would_skip;                // by SignalId; eager runs only
  std::vector<bool> assumed;                   // by SignalId: unknown, and a leaf took it as match or no match
  std::vector<std::size_t> unknown_decisions;  // their rules ended unknown
  std::vector<SignalId> blocking;              // forbidden, policy_unavailable: because of these
  bool determined = true;           // eager: the same decision wins whatever the unknown signals would have been
  std::vector<Belief> outputs;      // projection outputs, by OutputId
  std::vector<ScoreBelief> scores;  // by ScoreId
  std::vector<record::DecisionTrace> traces;  // options.trace: one per decision, in file order
  std::chrono::nanoseconds signal_time{0};
  std::chrono::nanoseconds decision_time{0};
};

// What decide() would otherwise find out anew for each request.
struct EngineTables {
  // A leaf with on_unknown: block, and the signals it can depend on.
  struct Blocker {
    std::uint32_t leaf = 0;
    SignalSet signals;
  };
  EngineTables(const Program& program, const Semantics& semantics);
  // Of making this signal known: a family that is evaluated whole costs what its most expensive leaf does.
  signals::Cost cost(SignalId id, const evidence::Evidence& evidence) const;

  // Where a signal is evaluated; narrow, because every request looks at it for every signal.
  struct Place {
    std::uint32_t family = 0, leaf = 0;
  };

  const Program* program;
  const Semantics& semantics;
  std::vector<Place> places;  // by SignalId
  std::vector<bool> whole;    // by family: evaluated whole or not at all
  SignalSet used;             // some decision can reach it
  SignalSet identity;         // used, and a role of the sender
  SignalSet assumable;        // some leaf or score takes it as match or no match when it is unknown
  std::vector<Blocker> blockers;
  std::vector<Knowledge> all_open;
  Evaluator nothing_known;  // where every lazy run starts
};

class Engine {
 public:
  // `semantics` must outlive the engine (the two implementations are static).
  Engine(std::unique_ptr<const Program> program, const Semantics& semantics);

  const Program& program() const { return *program_; }
  const Semantics& semantics() const { return tables_.semantics; }
  Outcome decide(signals::EvalContext& context, const DecideOptions& options = {}) const;
  // True when deciding this request may wait for more than a scan of its text (pictures, models).
  bool may_block(const evidence::Evidence& evidence) const;

 private:
  std::unique_ptr<const Program> program_;
  const EngineTables tables_;
};

}  // namespace signalbox::decision
