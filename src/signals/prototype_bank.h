// The examples of one rule, reduced to representatives, and how like them a text is.
//
// Examples that say nearly the same are clustered and one of each cluster stands for it, so that ten paraphrases of one
// wish do not outweigh nine other wishes:
//
//   1. equal texts count once;
//   2. while examples are left: the one with the most neighbours (similarity >= cluster_similarity) takes them out as a
//      cluster; of equally many the first text in byte order;
//   3. the representative of a cluster is its medoid, the member with the highest mean similarity to the cluster (of
//   equally
//      good ones the first text);
//   4. the largest clusters (then the tightest) come first, and the first max_prototypes stay.
//
// score = best_weight * best + (1 - best_weight) * mean of the top_m best. Similarity is the cosine: the dot product of
// vectors of length 1. The order in which examples are written changes nothing, not even a last digit. A bank is
// immutable; any thread. It shares the vectors with the store that they came from.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/text_embedder.h"

namespace signalbox::signals {

struct ClusterOptions {
  bool enabled = true;  // false: every example (once) is a prototype of its own
  double cluster_similarity = 0.9;
  std::size_t max_prototypes = 8;
};

struct Blend {
  double best_weight = 0.75;
  std::size_t top_m = 2;  // 0: all prototypes
};

struct PrototypeScore {
  double score = 0;
  double best = 0;          // similarity to the nearest prototype
  double support = 0;       // mean of the top_m
  std::size_t nearest = 0;  // index into prototypes()
};

class PrototypeBank {
 public:
  struct Example {
    std::string text;
    std::shared_ptr<const models::TextEmbedding> vector;
  };

  PrototypeBank() = default;
  // Vectors have the same dimension.
  PrototypeBank(std::vector<Example> examples, const ClusterOptions& options);

  const std::vector<Example>& prototypes() const { return prototypes_; }
  // Of a bank that is not empty. `query` has the examples' dimension.
  PrototypeScore score(std::span<const float> query, const Blend& blend) const;

 private:
  std::vector<Example> prototypes_;
};

// In double: float sums of 1,024 products would differ in the sixth digit by their order.
double dot(std::span<const float> a, std::span<const float> b);

}  // namespace signalbox::signals
