// Scores and bands over intervals.
//
// A score whose inputs are all known is a number, and a band then holds or does not. An input that is unknown, or not
// evaluated yet, can still take a range of values, so the score becomes an interval: a band surely holds when the whole
// interval lies in it, surely misses when they are disjoint, and otherwise is unknown (or open).
#include <algorithm>
#include <cmath>
#include <limits>

#include "decision/evaluator.h"

namespace signalbox::decision {

using signals::SignalResult;
using signals::Truth;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Interval hull(double a, double b) {
  return {std::min(a, b), std::max(a, b)};
}

// 0 * infinity is 0 here: a term of weight 0 contributes nothing whatever its value.
double product(double weight, double value) {
  return weight == 0 || value == 0 ? 0 : weight * value;
}

Interval scaled(const Interval& x, double weight) {
  return hull(product(weight, x.low), product(weight, x.high));
}

bool inside(const Band& band, double x) {
  const bool above = band.low_open ? x > band.low : x >= band.low;
  const bool below = band.high_open ? x < band.high : x <= band.high;
  return above && below;
}

// A bound at infinity belongs to a band that is unbounded on that side.
bool contains(const Band& band, const Interval& x) {
  const bool low = inside(band, x.low) || (x.low == -kInfinity && band.low == -kInfinity);
  const bool high = inside(band, x.high) || (x.high == kInfinity && band.high == kInfinity);
  return low && high;
}

bool disjoint(const Band& band, const Interval& x) {
  const bool above = band.high_open ? x.low >= band.high : x.low > band.high;
  const bool below = band.low_open ? x.high <= band.low : x.high < band.low;
  return above || below;
}

// 1 / (1 + exp(-slope * distance to the nearest bound)); 1 for a band without bounds.
double band_confidence(const Band& band, double slope, double x) {
  double distance = kInfinity;
  if (std::isfinite(band.low)) distance = std::min(distance, std::abs(x - band.low));
  if (std::isfinite(band.high)) distance = std::min(distance, std::abs(x - band.high));
  return std::isfinite(distance) ? 1.0 / (1.0 + std::exp(-slope * distance)) : 1.0;
}

}  // namespace

void Evaluator::compute_projections() {
  for (const ProjectionStep& step : program_.projections.order) {
    if (step.is_score) {
      compute_score(step.index);
    } else {
      compute_mapping(program_.projections.mappings[step.index]);
    }
  }
}

void Evaluator::compute_score(ScoreId id) {
  ScoreBelief score;
  for (const ScoreInput& input : program_.projections.scores[id].inputs) {
    const Interval term = scaled(input_value(input, score), input.weight);
    score.value.low += term.low;
    score.value.high += term.high;
  }
  scores_[id] = score;
}

Interval Evaluator::input_value(const ScoreInput& input, ScoreBelief& into) const {
  using Source = ScoreInput::Source;
  switch (input.source) {
    case Source::score: {
      const ScoreBelief& other = scores_[input.score];
      into.open |= other.open;
      into.unknown |= other.unknown;
      return other.value;
    }
    case Source::output_match:
    case Source::output_confidence:
      return output_value(input, into);
    case Source::raw:
      return raw_value(input, into);
    case Source::binary:
    case Source::confidence:
      return signal_value(input, into);
  }
  return {-kInfinity, kInfinity};
}

Interval Evaluator::output_value(const ScoreInput& input, ScoreBelief& into) const {
  const Belief& belief = outputs_[input.output];
  into.open |= !belief.settled;
  into.unknown |= belief.surely_unknown();
  if (input.source == ScoreInput::Source::output_match) {
    if (belief.surely_matches()) return {input.match, input.match};
    if (belief.surely_misses()) return {input.miss, input.miss};
    return hull(input.match, input.miss);
  }
  if (belief.surely_matches()) return {belief.low, belief.high};
  if (belief.surely_misses()) return {0, 0};
  return {0, 1};
}

// The number itself; neither a composer nor a match has a say in it.
Interval Evaluator::raw_value(const ScoreInput& input, ScoreBelief& into) const {
  if (is_open(input.signal)) {
    into.open = true;
    return {-kInfinity, kInfinity};
  }
  const SignalResult& result = results_[input.signal];
  if (result.truth == Truth::unknown) {
    const OnUnknown policy = program_.signals[input.signal].on_unknown;
    if (policy == OnUnknown::match) return {1, 1};
    if (policy == OnUnknown::no_match) return {0, 0};
    into.unknown = true;
    return {-kInfinity, kInfinity};
  }
  const double value = result.value.value_or(result.confidence);
  return {value, value};
}

Interval Evaluator::signal_value(const ScoreInput& input, ScoreBelief& into) const {
  const Belief belief =
      resolve(with_composer(input.signal, signals_[input.signal]), program_.signals[input.signal].on_unknown);
  into.open |= !belief.settled;
  into.unknown |= belief.surely_unknown();
  const bool binary = input.source == ScoreInput::Source::binary;
  const double miss = binary ? input.miss : 0;
  if (belief.surely_misses()) return {miss, miss};
  if (belief.surely_matches()) {
    if (binary) return {input.match, input.match};
    // Not monotone under v0.3, where a confidence of 0 counts as 1: only a single confidence has a value of its own.
    if (belief.low != belief.high) return {0, 1};
    return {semantics_.score_confidence(belief.low), semantics_.score_confidence(belief.low)};
  }
  return binary ? hull(input.match, miss) : Interval{0, 1};
}

void Evaluator::compute_mapping(const Mapping& mapping) {
  const ScoreBelief& score = scores_[mapping.score];
  bool taken = false;        // an earlier band surely holds
  bool maybe_taken = false;  // an earlier band may hold
  for (const Band& band : mapping.bands) {
    Belief belief = Belief::miss();
    const bool surely = contains(band, score.value);
    const bool never = disjoint(band, score.value) || taken;
    if (surely && !maybe_taken) {
      const double at_low = band_confidence(band, mapping.slope, score.value.low);
      const double at_high = band_confidence(band, mapping.slope, score.value.high);
      belief = Belief::match(std::min(at_low, at_high));  // of an interval: its weakest point
      if (score.open) belief.high = 1;
    } else if (!never) {
      // An input that is still open may turn out unknown as well.
      belief = score.open ? Belief::open(0.5, 1) : Belief::unknown();
    }
    belief.settled = !score.open || belief.surely_misses();
    outputs_[band.id] = belief;
    if (mapping.method == MappingMethod::threshold_bands) {
      taken = taken || surely;
      maybe_taken = maybe_taken || !disjoint(band, score.value);
    }
  }
}

Belief Evaluator::compare_score(const RuleLeaf& leaf) const {
  const std::uint32_t mapping = program_.projections.output_mapping[leaf.output];
  const ScoreBelief& score = scores_[program_.projections.mappings[mapping].score];
  const signals::NumericPredicate& p = *leaf.predicate;
  Band band;
  if (p.gt) band.low = *p.gt, band.low_open = true;
  if (p.gte) band.low = *p.gte;
  if (p.lt) band.high = *p.lt, band.high_open = true;
  if (p.lte) band.high = *p.lte;
  if (contains(band, score.value)) return Belief::match(1.0);
  if (disjoint(band, score.value)) return Belief::miss();
  return score.open ? Belief::open(1.0, 1.0) : Belief::unknown();
}

}  // namespace signalbox::decision
