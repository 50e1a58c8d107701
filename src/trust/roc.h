// How well a score tells positives from negatives: ROC curve and the area under it (AUC).
//
// The score matches where it is at or above a threshold. AUC is the probability that a positive scores above a negative
// (ties count half): 1 is perfect, 0.5 says nothing, below 0.5 the score is upside down. Pure; any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "trust/interval.h"

namespace signalbox::trust {

// Finite numbers.
struct LabelledScores {
  std::vector<double> positives, negatives;
  std::size_t size() const { return positives.size() + negatives.size(); }
};

struct RocPoint {
  double threshold = 0;
  double recall = 0;               // true positive rate
  double false_positive_rate = 0;  // share of the negatives at or above the threshold
};

// From the threshold that nothing reaches (infinity) down to the one that everything reaches: one point for each
// distinct score besides. Both classes must have scores.
std::vector<RocPoint> roc_curve(const LabelledScores& scores);

struct Auc {
  double value = 0.5;
  // After DeLong, DeLong and Clarke-Pearson (1988), on the logit scale so that it stays within [0, 1]. Where the
  // classes do not overlap at all the variance is zero and means nothing: then the exact binomial bound for as many
  // independent pairs as the smaller class has members.
  Interval interval;
};

// Both classes must have scores.
Auc area_under_curve(const LabelledScores& scores);

}  // namespace signalbox::trust
