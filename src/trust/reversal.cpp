#include "trust/reversal.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "trust/roc.h"

namespace signalbox::trust {
namespace {

std::size_t best_of(const std::vector<double>& row) {
  return static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
}

void check(const Grid& reference, const Grid& ours) {
  const auto width = [](const Grid& grid) { return grid.empty() ? 0 : grid.front().size(); };
  if (reference.size() != ours.size() || width(reference) != width(ours))
    throw std::invalid_argument("the grids have different sizes");
}

double largest_change(const Grid& reference, const Grid& ours) {
  double largest = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    for (std::size_t a = 0; a < reference[i].size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        const double change = (ours[i][a] - ours[i][b]) - (reference[i][a] - reference[i][b]);
        largest = std::max(largest, std::isnan(change) ? HUGE_VAL : std::abs(change));
      }
    }
  }
  return largest;
}

void judge_row(const std::vector<double>& reference, const std::vector<double>& ours, Reversals& into) {
  const std::size_t winner = best_of(reference), now = best_of(ours);
  double lead = HUGE_VAL;
  for (std::size_t a = 0; a < reference.size(); ++a) {
    if (a != winner) lead = std::min(lead, reference[winner] - reference[a]);
    for (std::size_t b = 0; b < a; ++b) {
      ++into.margins;
      const double margin = reference[a] - reference[b];
      if (std::abs(margin) <= kJudgedMargin) continue;
      ++into.margins_judged;
      if ((margin > 0) != (ours[a] - ours[b] > 0)) ++into.margins_reversed;
    }
  }
  ++into.pictures;
  if (lead <= kJudgedMargin) return;
  ++into.winners_judged;
  if (winner != now) ++into.winners_reversed;
}

}  // namespace

Grid grid_of(const std::vector<std::vector<float>>& pictures, const std::vector<std::vector<float>>& labels) {
  Grid grid;
  for (const std::vector<float>& picture : pictures) {
    std::vector<double>& row = grid.emplace_back();
    for (const std::vector<float>& label : labels) row.push_back(cosine(picture, label));
  }
  return grid;
}

Reversals reversals(const Grid& reference, const Grid& ours) {
  check(reference, ours);
  Reversals result;
  result.largest_margin_change = largest_change(reference, ours);
  for (std::size_t i = 0; i < reference.size(); ++i) judge_row(reference[i], ours[i], result);
  return result;
}

GroundTruth against_truth(const Grid& grid, const std::vector<std::optional<std::size_t>>& shown) {
  if (grid.size() != shown.size()) throw std::invalid_argument("the grid and what its pictures show differ in size");
  GroundTruth truth;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    if (!shown[i]) continue;
    ++truth.pictures;
    if (best_of(grid[i]) == *shown[i]) ++truth.won;
  }
  const std::size_t labels = grid.empty() ? 0 : grid.front().size();
  double sum = 0;
  for (std::size_t label = 0; label < labels; ++label) {
    LabelledScores scores;
    for (std::size_t i = 0; i < grid.size(); ++i) {
      if (shown[i]) (*shown[i] == label ? scores.positives : scores.negatives).push_back(grid[i][label]);
    }
    if (scores.positives.empty() || scores.negatives.empty()) continue;
    const double area = area_under_curve(scores).value;
    ++truth.rules;
    sum += area;
    if (truth.rules == 1 || area < truth.lowest_auc) {
      truth.lowest_auc = area;
      truth.lowest_rule = label;
    }
    if (area < 0.5) ++truth.reversed_rules;
  }
  if (truth.rules > 0) truth.mean_auc = sum / static_cast<double>(truth.rules);
  return truth;
}

}  // namespace signalbox::trust
