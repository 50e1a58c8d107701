#include "learn/folds.h"

#include <map>
#include <random>
#include <utility>

namespace signalbox::learn {
namespace {

// std::shuffle differs between libraries.
void shuffle(std::vector<std::size_t>& values, std::mt19937_64& random) {
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random() % i]);
}

}  // namespace

std::vector<std::uint32_t> stratified_folds(std::span<const std::string_view> texts,
                                            std::span<const std::uint32_t> labels, std::uint32_t folds,
                                            std::uint64_t seed) {
  std::map<std::string_view, std::size_t> first;               // of each distinct text
  std::map<std::uint32_t, std::vector<std::size_t>> by_label;  // the firsts
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (first.emplace(texts[i], i).second) by_label[labels[i]].push_back(i);
  }
  std::mt19937_64 random(seed);
  std::vector<std::uint32_t> result(texts.size());
  // Labels go on where the one before ended, so that many small ones do not all begin with fold 0.
  std::uint32_t next = 0;
  for (auto& [label, members] : by_label) {
    shuffle(members, random);
    for (const std::size_t member : members) {
      result[member] = next;
      next = (next + 1) % folds;
    }
  }
  for (std::size_t i = 0; i < texts.size(); ++i) result[i] = result[first.at(texts[i])];
  return result;
}

}  // namespace signalbox::learn
