// Choosing the regularisation by stratified cross-validation, and what the heads of the folds say of examples that they
// were not fitted to: what temperature and unknown threshold are chosen by.
//
// Deterministic; blocks for as long as it takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "learn/examples.h"
#include "learn/network.h"

namespace signalbox::learn {

struct CrossValidation {
  std::uint32_t folds = 5;
  std::vector<double> strengths;  // of C, ascending; one: nothing is chosen
  bool balanced = false;          // class weights
  std::uint64_t seed = 1;
  unsigned threads = 1;
  std::function<void(std::size_t done, std::size_t total)> progress;  // may be empty
};

struct TriedStrength {
  double c = 0, log_loss = 0, accuracy = 0;  // on the folds held out
};

struct FoldAnswers {
  double c = 0;                      // with the lowest log loss
  std::vector<TriedStrength> tried;  // ascending; later ones are left out once the loss only rises
  tensor::Matrix logits;             // [examples, classes]: of each example by a head that was not fitted to it
  tensor::Matrix outside;            // [outsiders, classes]: of each by the head of one fold
};

// `folds_of`: one a row, below options.folds. `outsiders` belong to no class and nothing is fitted to them.
FoldAnswers cross_validate(const Examples& examples, std::span<const std::uint32_t> folds_of,
                           const tensor::Matrix& outsiders, const NetworkShape& shape, const CrossValidation& options);

}  // namespace signalbox::learn
