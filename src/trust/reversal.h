// The reversal grid: pictures x labels, which label wins in the reference and here, and whether rules are the right way
// up against what the pictures show. The seed of this project: VSR's pictures were anti-correlated with their rules,
// and every part looked right alone.
//
// Pure; any thread. Throws std::invalid_argument where sizes differ.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "trust/parity.h"

namespace signalbox::trust {

// Scores of pictures (rows) against labels (columns): cosines.
using Grid = std::vector<std::vector<double>>;
Grid grid_of(const std::vector<std::vector<float>>& pictures, const std::vector<std::vector<float>>& labels);

// Margins below this are not judged: two vectors within kBoundFp32 of the reference's move a cosine by twice and a
// margin by four times as much, so that a path within its bounds may turn smaller ones, and none that is larger. (A
// limit measured on the grids themselves would judge nothing: no sign turns that moved by a quarter of its margin.)
inline constexpr double kJudgedMargin = 4 * kBoundFp32;

// Two grids compared.
struct Reversals {
  std::size_t pictures = 0, winners_judged = 0, winners_reversed = 0;
  std::size_t margins = 0, margins_judged = 0, margins_reversed = 0;  // of every two labels of a picture
  double largest_margin_change = 0;
  bool none() const { return winners_reversed == 0 && margins_reversed == 0; }
};
Reversals reversals(const Grid& reference, const Grid& ours);

// A grid against what the pictures show.
struct GroundTruth {
  std::size_t pictures = 0;        // with a label
  std::size_t won = 0;             // its own label is the best one
  std::size_t rules = 0;           // labels with pictures that show it and others that do not
  std::size_t reversed_rules = 0;  // AUC below 0.5: the rule prefers pictures that do not show it
  double lowest_auc = 1, mean_auc = 1;
  std::size_t lowest_rule = 0;  // the label of the lowest AUC

  std::size_t lost() const { return pictures - won; }
};
GroundTruth against_truth(const Grid& grid, const std::vector<std::optional<std::size_t>>& shown);

}  // namespace signalbox::trust
