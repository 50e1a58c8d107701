// Where `version: v0.3` and `version: v1` mean different things. The only two implementations are semantics_v03.cpp and
// semantics_v1.cpp; nothing else asks for the version.
#pragma once

#include <optional>
#include <string_view>

#include "decision/program.h"
#include "signals/signal.h"

namespace signalbox::decision {

// One of several decisions that match, as the ordering sees it.
struct Rank {
  std::int64_t tier = 0;
  double confidence = 0;
  std::int64_t priority = 0;
  std::string_view name;
};

class Semantics {
 public:
  virtual ~Semantics() = default;
  virtual std::string_view version() const = 0;
  // The confidence that a matched signal contributes to a rule, in [0,1].
  virtual double confidence(const signals::Type& type, const signals::SignalResult& result) const = 0;
  // A match's confidence as a score input with `value_source: confidence` takes it.
  virtual double score_confidence(double confidence) const = 0;
  // Confidence of a partition's default member when nothing matched.
  virtual double partition_default_confidence() const = 0;
  // `match` of a score input as it counts.
  virtual double score_match(const std::optional<double>& configured) const = 0;
  // Does `a` come before `b`? `tiers`: some matched decision has a tier, which puts tiers first.
  virtual bool before(const Rank& a, const Rank& b, bool tiers, Strategy strategy) const = 0;
};

const Semantics& semantics_v03();
const Semantics& semantics_v1();

}  // namespace signalbox::decision
