// VSR's meanings (reference: vsr-routing-core.md §3.2-3.6), kept so that its configurations give its results.
#include <algorithm>
#include <array>
#include <tuple>

#include "decision/semantics.h"

namespace signalbox::decision {

namespace {

// Types whose confidence VSR never writes; a leaf of theirs counts as 1.0 (reference §2, "GAP (important)").
constexpr std::array<std::string_view, 8> kCertainTypes{"keyword", "fact_check", "user_feedback", "language",
                                                        "context", "modality",   "pii",           "authz"};

class SemanticsV03 final : public Semantics {
 public:
  std::string_view version() const override { return "v0.3"; }

  double confidence(const signals::Type& type, const signals::SignalResult& result) const override {
    if (std::find(kCertainTypes.begin(), kCertainTypes.end(), type.leaf) != kCertainTypes.end()) return 1.0;
    return std::clamp(result.confidence, 0.0, 1.0);
  }

  double score_confidence(double confidence) const override { return confidence <= 0 ? 1.0 : confidence; }

  double partition_default_confidence() const override { return 1.0; }

  double score_match(const std::optional<double>& configured) const override {
    return configured && *configured != 0 ? *configured : 1.0;  // VSR cannot tell 0 from unset
  }

  bool before(const Rank& a, const Rank& b, bool tiers, Strategy strategy) const override {
    if (tiers) {  // an unset tier is 0 and sorts in front of tier 1
      return std::make_tuple(a.tier, -a.confidence, b.priority, a.name) <
             std::make_tuple(b.tier, -b.confidence, a.priority, b.name);
    }
    if (strategy == Strategy::confidence) {
      return std::make_tuple(-a.confidence, b.priority, a.name) < std::make_tuple(-b.confidence, a.priority, b.name);
    }
    return std::make_tuple(b.priority, -a.confidence, a.name) < std::make_tuple(a.priority, -b.confidence, b.name);
  }
};

}  // namespace

const Semantics& semantics_v03() {
  static const SemanticsV03 kSemantics;
  return kSemantics;
}

}  // namespace signalbox::decision
