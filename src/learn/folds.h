// Stratified folds: every label is spread evenly, equal texts stay together, and a seed decides the rest.
//
// Equal texts in two folds would let a model be judged by what it was trained on. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace signalbox::learn {

// For each example the fold it belongs to, below `folds`. `texts` and `labels` are equally long. Equal arguments give
// equal folds, on every machine.
std::vector<std::uint32_t> stratified_folds(std::span<const std::string_view> texts,
                                            std::span<const std::uint32_t> labels, std::uint32_t folds,
                                            std::uint64_t seed);

}  // namespace signalbox::learn
