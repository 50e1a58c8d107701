#include "signals/prototype_bank.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace signalbox::signals {

namespace {

using Example = PrototypeBank::Example;

struct Cluster {
  std::size_t medoid = 0;
  std::size_t size = 0;
  double tightness = 0;  // mean similarity of the medoid to the cluster
};

class Clustering {
 public:
  // `examples`: sorted by text, each text once.
  Clustering(const std::vector<Example>& examples, double threshold)
      : count_(examples.size()), threshold_(threshold), similarity_(count_ * count_), left_(count_, true) {
    for (std::size_t i = 0; i < count_; ++i) {
      similarity_[i * count_ + i] = 1;  // not its vector's rounding error, which would choose between two members
      for (std::size_t j = i + 1; j < count_; ++j) {
        similarity_[i * count_ + j] = similarity_[j * count_ + i] =
            dot(examples[i].vector->values, examples[j].vector->values);
      }
    }
  }

  std::vector<Cluster> run() {
    std::vector<Cluster> clusters;
    for (std::vector<std::size_t> members = next(); !members.empty(); members = next()) {
      clusters.push_back(describe(members));
      for (const std::size_t member : members) left_[member] = false;
    }
    std::sort(clusters.begin(), clusters.end(), [](const Cluster& a, const Cluster& b) {
      if (a.size != b.size) return a.size > b.size;
      return a.tightness != b.tightness ? a.tightness > b.tightness : a.medoid < b.medoid;
    });
    return clusters;
  }

 private:
  double similarity(std::size_t a, std::size_t b) const { return similarity_[a * count_ + b]; }

  std::vector<std::size_t> around(std::size_t seed) const {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < count_; ++i) {
      if (left_[i] && similarity(seed, i) >= threshold_) members.push_back(i);
    }
    return members;
  }

  std::vector<std::size_t> next() const {
    std::vector<std::size_t> largest;
    for (std::size_t seed = 0; seed < count_; ++seed) {
      if (!left_[seed]) continue;
      std::vector<std::size_t> members = around(seed);
      if (members.size() > largest.size()) largest = std::move(members);
    }
    return largest;
  }

  Cluster describe(const std::vector<std::size_t>& members) const {
    Cluster cluster{members.front(), members.size(), -2.0};
    for (const std::size_t candidate : members) {
      double sum = 0;
      for (const std::size_t other : members) sum += similarity(candidate, other);
      const double mean = sum / static_cast<double>(members.size());
      if (mean > cluster.tightness) cluster.medoid = candidate, cluster.tightness = mean;
    }
    return cluster;
  }

  std::size_t count_;
  double threshold_;
  std::vector<double> similarity_;
  std::vector<bool> left_;
};

void sort_and_deduplicate(std::vector<Example>& examples) {
  std::sort(examples.begin(), examples.end(), [](const Example& a, const Example& b) { return a.text < b.text; });
  const auto same = std::unique(examples.begin(), examples.end(),
                                [](const Example& a, const Example& b) { return a.text == b.text; });
  examples.erase(same, examples.end());
}

}  // namespace

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  const std::size_t count = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

PrototypeBank::PrototypeBank(std::vector<Example> examples, const ClusterOptions& options) {
  sort_and_deduplicate(examples);
  if (!options.enabled) {
    prototypes_ = std::move(examples);
    return;
  }
  for (const Cluster& cluster : Clustering(examples, options.cluster_similarity).run()) {
    if (prototypes_.size() == options.max_prototypes) return;
    prototypes_.push_back(examples[cluster.medoid]);
  }
}

PrototypeScore PrototypeBank::score(std::span<const float> query, const Blend& blend) const {
  std::vector<double> similarities;
  similarities.reserve(prototypes_.size());
  for (const Example& prototype : prototypes_) similarities.push_back(dot(query, prototype.vector->values));
  PrototypeScore result;
  const auto nearest = std::max_element(similarities.begin(), similarities.end());
  result.nearest = static_cast<std::size_t>(nearest - similarities.begin());
  result.best = *nearest;
  const std::size_t top = blend.top_m == 0 ? similarities.size() : std::min(blend.top_m, similarities.size());
  std::partial_sort(similarities.begin(), similarities.begin() + static_cast<std::ptrdiff_t>(top), similarities.end(),
                    std::greater<>());
  const auto end = similarities.begin() + static_cast<std::ptrdiff_t>(top);
  result.support = std::accumulate(similarities.begin(), end, 0.0) / static_cast<double>(top);
  result.score = blend.best_weight * result.best + (1.0 - blend.best_weight) * result.support;
  return result;
}

}  // namespace signalbox::signals
