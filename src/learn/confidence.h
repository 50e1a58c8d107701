// What a head's confidence means: the temperature that makes its probabilities honest (Guo et al., 2017), and the
// probability below which a text is better called unknown. Both are chosen by answers on examples held out. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "learn/examples.h"

namespace signalbox::learn {

// The temperature with the lowest log loss, within [0.05, 20].
double best_temperature(const tensor::Matrix& logits, std::span<const std::uint32_t> labels);

struct UnknownRule {
  enum class Kind : std::uint8_t {
    none,
    coverage,   // `value`: the share of examples that stay known
    precision,  // `value`: of those that stay known, this share is right, and as many as possible stay
    outsiders,  // by examples that belong to no label: the best mean of right answers and of refused outsiders
  };
  Kind kind = Kind::coverage;
  double value = 0.99;
};

struct UnknownChoice {
  double threshold = 0;
  double known = 1;               // share of the examples at or above it
  double precision = 0;           // of these, the share that is right
  std::optional<double> refused;  // share of the outsiders below it
};

// Nothing for Kind::none. The error is a sentence: no threshold serves the rule.
std::expected<std::optional<UnknownChoice>, std::string> choose_unknown(const tensor::Matrix& logits,
                                                                        std::span<const std::uint32_t> labels,
                                                                        const tensor::Matrix& outsiders,
                                                                        double temperature, const UnknownRule& rule);

// What a threshold does to probabilities ([examples, labels], and of the outsiders).
UnknownChoice unknown_at(const tensor::Matrix& probabilities, std::span<const std::uint32_t> labels,
                         const tensor::Matrix& outsiders, double threshold);

}  // namespace signalbox::learn
