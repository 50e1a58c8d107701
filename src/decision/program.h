// A recipe's rules and projections, compiled: names resolved to numbers, trees flattened. Immutable, shared by threads.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "decision/belief.h"
#include "decision/projection_spec.h"
#include "decision/signal_table.h"
#include "signals/rule.h"

namespace signalbox::decision {

using NodeId = std::uint32_t;
using OutputId = std::uint32_t;  // an output of a mapping
using ScoreId = std::uint32_t;
inline constexpr std::uint32_t kNone = UINT32_MAX;

struct RuleLeaf {
  SignalId signal = kNone;  // or
  OutputId output = kNone;  // a projection
  std::string type, name, label;
  std::optional<signals::NumericPredicate> predicate;
  OnUnknown on_unknown = OnUnknown::keep;
};

struct RuleNode {
  enum class Op : std::uint8_t { leaf, all_of, any_of, negation };
  Op op = Op::all_of;
  // A leaf that is its signal and nothing more (no predicate, no composer, nothing to resolve): all that the evaluator
  // needs of it is here, and the wide RuleLeaf is left alone.
  bool plain = false;
  SignalId signal = kNone;  // of a plain leaf
  std::uint32_t first = 0;  // leaf: index into leaves; else: first of `count` consecutive entries of `children`
  std::uint32_t count = 0;
};

// Children stand in front of their parents.
struct RuleForest {
  std::vector<RuleNode> nodes;
  std::vector<NodeId> children;
  std::vector<RuleLeaf> leaves;
};

// Values a number may still have.
struct Interval {
  double low = 0, high = 0;
  bool is_point() const { return low == high; }
};

struct ScoreInput {
  enum class Source : std::uint8_t { binary, confidence, raw, score, output_match, output_confidence };
  Source source = Source::binary;
  SignalId signal = kNone;
  ScoreId score = kNone;
  OutputId output = kNone;
  double weight = 1, match = 1, miss = 0;
  std::string label;  // for reports: "keyword:urgent"
};

struct Score {
  std::string name;
  std::vector<ScoreInput> inputs;
};

struct Band {
  std::string name;
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;  // open: the bound itself is outside
  OutputId id = kNone;
};

struct Mapping {
  std::string name;
  ScoreId score = kNone;
  MappingMethod method = MappingMethod::threshold_bands;
  double slope = 12;
  std::vector<Band> bands;
};

struct Partition {
  std::string name;
  PartitionSemantics semantics = PartitionSemantics::exclusive;
  double temperature = 1;
  std::vector<SignalId> members;
  SignalId fallback = kNone;
};

// Scores and mappings in an order in which each stands after what it needs.
struct ProjectionStep {
  bool is_score = true;
  std::uint32_t index = 0;
};

struct ProjectionProgram {
  std::vector<Partition> partitions;
  std::vector<Score> scores;
  std::vector<Mapping> mappings;
  std::vector<ProjectionStep> order;
  std::vector<std::string> output_names;      // by OutputId
  std::vector<std::uint32_t> output_mapping;  // by OutputId
};

struct CompiledDecision {
  std::string name;
  std::string path;
  std::int64_t priority = 0;
  std::int64_t tier = 0;
  NodeId root = kNone;  // kNone: matches every request with confidence 0
  bool security = false;
  std::vector<SignalId> needs{};  // that what the decision does must know: evaluated once it has won
};

enum class Strategy : std::uint8_t { priority, confidence };
std::span<const config::EnumName> enum_names(Strategy);

struct Program {
  SignalTable signals;
  RuleForest forest;
  ProjectionProgram projections;
  std::vector<CompiledDecision> decisions;
  NodeId composer_nodes = 0;     // the nodes in front of this one belong to composers
  std::vector<NodeId> composer;  // by SignalId: a filter over other signals, or kNone
  std::vector<bool> used;        // by SignalId: some decision can reach it
  Strategy strategy = Strategy::priority;
};

}  // namespace signalbox::decision
