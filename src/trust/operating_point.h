// The threshold that serves a wish: the best F1, the highest recall at a false positive rate, a wanted share.
//
// A score matches at or above the threshold, which stands midway between two neighbouring scores. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "trust/interval.h"
#include "trust/roc.h"

namespace signalbox::trust {

struct Objective {
  enum class Kind : std::uint8_t {
    f1,             // the highest F1
    recall_at_fpr,  // the highest recall whose false positive rate is at most `value`
    share,          // as near as possible to this share of all scores match
  };
  Kind kind = Kind::f1;
  double value = 0;

  bool operator==(const Objective&) const = default;
};

// "f1", "recall@fpr=0.05", "share=0.2"; the error is a sentence that names the three.
std::expected<Objective, std::string> parse_objective(std::string_view text);
std::string to_string(const Objective& objective);

// What comes of a threshold.
struct OperatingPoint {
  double threshold = 0;
  std::size_t true_positives = 0, false_positives = 0, positives = 0, negatives = 0;

  double recall() const;
  double false_positive_rate() const;
  double precision() const;  // 0 where nothing matches
  double f1() const;
  double share() const;
};

OperatingPoint operating_point_at(const LabelledScores& scores, double threshold);
// Both classes must have scores. Of several thresholds that serve equally well, the highest.
OperatingPoint choose_operating_point(const LabelledScores& scores, const Objective& objective);

// 95 % interval of the threshold that choose_operating_point finds, by the bootstrap: as many scores of each class are
// drawn again and again, with replacement. Equal seeds give equal intervals.
Interval threshold_interval(const LabelledScores& scores, const Objective& objective, std::uint64_t seed);

}  // namespace signalbox::trust
