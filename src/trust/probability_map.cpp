#include "trust/probability_map.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace signalbox::trust {
namespace {

double logistic(double x) {
  return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}

// log(1 + exp(x)) without overflow.
double softplus(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

// Newton's method on the two numbers, with the step halved until the loss falls. Scores are centred and scaled, so that
// the method behaves alike for cosines and for counts.
class PlattFit {
 public:
  explicit PlattFit(const LabelledScores& scores) {
    const auto positives = static_cast<double>(scores.positives.size());
    const auto negatives = static_cast<double>(scores.negatives.size());
    // Not 1 and 0: a few examples do not make certainty.
    for (const double score : scores.positives) points_.emplace_back(score, (positives + 1) / (positives + 2));
    for (const double score : scores.negatives) points_.emplace_back(score, 1 / (negatives + 2));
    normalise();
    offset_ = std::log((positives + 1) / (negatives + 1));
  }

  ProbabilityMap fit() {
    constexpr int kIterations = 100;
    for (int i = 0; i < kIterations && step(); ++i) {
    }
    ProbabilityMap map;
    map.slope = slope_ / scale_;
    map.offset = offset_ - slope_ * centre_ / scale_;
    return map;
  }

 private:
  void normalise() {
    const auto n = static_cast<double>(points_.size());
    for (const auto& [score, target] : points_) centre_ += score / n;
    double square = 0;
    for (const auto& [score, target] : points_) square += (score - centre_) * (score - centre_) / n;
    scale_ = square > 0 ? std::sqrt(square) : 1;
    for (auto& [score, target] : points_) score = (score - centre_) / scale_;
  }

  double loss(double slope, double offset) const {
    double sum = 0;
    for (const auto& [score, target] : points_) {
      const double x = slope * score + offset;
      sum += softplus(x) - target * x;
    }
    return sum;
  }

  bool step() {
    constexpr double kRidge = 1e-12, kSmall = 1e-10, kShortest = 1e-10, kDecrease = 1e-4;
    double g_slope = 0, g_offset = 0, h_slope = kRidge, h_offset = kRidge, h_both = 0;
    for (const auto& [score, target] : points_) {
      const double p = logistic(slope_ * score + offset_), d = p - target, w = p * (1 - p);
      g_slope += d * score;
      g_offset += d;
      h_slope += w * score * score;
      h_offset += w;
      h_both += w * score;
    }
    if (std::max(std::abs(g_slope), std::abs(g_offset)) < kSmall * static_cast<double>(points_.size())) return false;
    const double determinant = h_slope * h_offset - h_both * h_both;
    const double d_slope = -(h_offset * g_slope - h_both * g_offset) / determinant;
    const double d_offset = -(h_slope * g_offset - h_both * g_slope) / determinant;
    const double now = loss(slope_, offset_), fall = g_slope * d_slope + g_offset * d_offset;
    for (double length = 1; length >= kShortest; length /= 2) {
      if (loss(slope_ + length * d_slope, offset_ + length * d_offset) > now + kDecrease * length * fall) continue;
      slope_ += length * d_slope;
      offset_ += length * d_offset;
      return true;
    }
    return false;
  }

  std::vector<std::pair<double, double>> points_;  // score, target
  double centre_ = 0, scale_ = 1;
  double slope_ = 0, offset_ = 0;
};

// Neighbouring scores that share a probability.
struct Block {
  double weight = 0, scores = 0, positives = 0;  // the sum of each
  double probability() const { return positives / weight; }
};

// One block a distinct score, ascending.
std::vector<Block> blocks_of(const LabelledScores& scores) {
  std::vector<std::pair<double, double>> points;
  for (const double score : scores.positives) points.emplace_back(score, 1);
  for (const double score : scores.negatives) points.emplace_back(score, 0);
  std::ranges::sort(points);
  std::vector<Block> blocks;
  double last = 0;
  for (const auto& [score, positive] : points) {
    if (blocks.empty() || score != last) blocks.emplace_back();
    blocks.back().weight += 1;
    blocks.back().scores += score;
    blocks.back().positives += positive;
    last = score;
  }
  return blocks;
}

}  // namespace

std::string_view to_string(ProbabilityMap::Kind kind) {
  return kind == ProbabilityMap::Kind::platt ? "platt" : "isotonic";
}

double ProbabilityMap::operator()(double score) const {
  if (kind == Kind::platt) return logistic(slope * score + offset);
  const auto above = std::ranges::upper_bound(scores, score);
  if (above == scores.begin()) return probabilities.front();
  if (above == scores.end()) return probabilities.back();
  const auto i = static_cast<std::size_t>(above - scores.begin());
  const double share = (score - scores[i - 1]) / (scores[i] - scores[i - 1]);
  return std::lerp(probabilities[i - 1], probabilities[i], share);
}

ProbabilityMap fit_platt(const LabelledScores& scores) {
  ProbabilityMap map = PlattFit(scores).fit();
  if (map.slope > 0) return map;
  // The score says nothing, or the reverse: the probability is the share of the positives.
  const auto positives = static_cast<double>(scores.positives.size());
  map.slope = 0;
  map.offset = std::log((positives + 1) / (static_cast<double>(scores.negatives.size()) + 1));
  return map;
}

ProbabilityMap fit_isotonic(const LabelledScores& scores) {
  std::vector<Block> pooled;
  for (const Block& block : blocks_of(scores)) {
    pooled.push_back(block);
    while (pooled.size() > 1 && pooled[pooled.size() - 2].probability() >= pooled.back().probability()) {
      const Block last = pooled.back();
      pooled.pop_back();
      pooled.back().weight += last.weight;
      pooled.back().scores += last.scores;
      pooled.back().positives += last.positives;
    }
  }
  ProbabilityMap map;
  map.kind = ProbabilityMap::Kind::isotonic;
  for (const Block& block : pooled) {
    map.scores.push_back(block.scores / block.weight);
    map.probabilities.push_back(block.probability());
  }
  return map;
}

}  // namespace signalbox::trust
