// Plain meanings: calibrated confidences decide, an unset tier comes last, `match: 0` is 0, priority breaks ties of
// tiers before confidence does.
#include <algorithm>
#include <limits>
#include <tuple>

#include "decision/semantics.h"

namespace signalbox::decision {

namespace {

class SemanticsV1 final : public Semantics {
 public:
  std::string_view version() const override { return "v1"; }

  double confidence(const signals::Type&, const signals::SignalResult& result) const override {
    return std::clamp(result.calibrated.value_or(result.confidence), 0.0, 1.0);
  }

  double score_confidence(double confidence) const override { return confidence; }

  // Nothing matched, so nothing is known of the default but that it was chosen.
  double partition_default_confidence() const override { return 0.0; }

  double score_match(const std::optional<double>& configured) const override { return configured.value_or(1.0); }

  bool before(const Rank& a, const Rank& b, bool tiers, Strategy strategy) const override {
    if (tiers && tier(a) != tier(b)) return tier(a) < tier(b);
    if (strategy == Strategy::confidence) {
      return std::make_tuple(-a.confidence, b.priority, a.name) < std::make_tuple(-b.confidence, a.priority, b.name);
    }
    return std::make_tuple(b.priority, -a.confidence, a.name) < std::make_tuple(a.priority, -b.confidence, b.name);
  }

 private:
  static std::int64_t tier(const Rank& rank) {
    return rank.tier == 0 ? std::numeric_limits<std::int64_t>::max() : rank.tier;
  }
};

}  // namespace

const Semantics& semantics_v1() {
  static const SemanticsV1 kSemantics;
  return kSemantics;
}

}  // namespace signalbox::decision
