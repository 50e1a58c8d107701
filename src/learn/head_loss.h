// The loss that fitting minimises: weighted mean cross-entropy of softmax, and L2 on the weights.
//
//   sum_i w_i CE_i / sum_i w_i  +  |W|^2 / (2 C sum_i w_i)
//
// which has its minimum where scikit-learn's LogisticRegression(C) has its. Computed over fixed blocks of rows whose
// sums are added in order, so that the number of threads changes no bit. Immutable; one call at a time a thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "learn/examples.h"
#include "learn/network.h"

namespace signalbox::learn {

class HeadLoss {
 public:
  // `examples` must outlive it. `class_weights`: one a class.
  HeadLoss(const Examples& examples, const NetworkShape& shape, std::span<const double> class_weights, double c,
           unsigned threads);

  double operator()(std::span<const double> parameters, std::span<double> gradient) const;

 private:
  struct Block {
    double loss = 0;
    std::vector<float> gradient;
  };
  void run_block(const Network& network, std::size_t number, Block& block) const;

  const Examples& examples_;
  NetworkShape shape_;
  std::vector<double> class_weights_;
  std::vector<bool> penalised_;
  double sum_of_weights_ = 0, l2_ = 0;
  unsigned threads_;
};

// 1 for each class, or n / (classes * count of the class): each class counts alike.
std::vector<double> class_weights(const Examples& examples, bool balanced);

// -log of the probability that each row gives its label, on average; `temperature` divides the logits.
double log_loss(const tensor::Matrix& logits, std::span<const std::uint32_t> labels, double temperature = 1);

}  // namespace signalbox::learn
