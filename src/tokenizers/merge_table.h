// The merges of BPE: a pair of ids to the rank of its merge and the id it gives.
//
// Promises: one probe of a flat table for most pairs. Immutable once built; any thread.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace signalbox::tokenizers {

class MergeTable {
 public:
  static constexpr std::uint32_t kNoRank = 0xFFFFFFFF;
  struct Merge {
    std::uint32_t rank = kNoRank;
    std::uint32_t id = 0;
  };

  void reserve(std::size_t merges) { slots_.assign(std::bit_ceil(merges * 2 + 2), Slot{}); }

  // A pair that is there already gets the new rank. reserve() must have been told of it.
  void add(std::uint32_t left, std::uint32_t right, Merge merge) {
    Slot& slot = slots_[find(left, right)];
    slot = {left, right, merge};
  }

  Merge operator()(std::uint32_t left, std::uint32_t right) const { return slots_[find(left, right)].merge; }

 private:
  struct Slot {
    std::uint32_t left = 0;
    std::uint32_t right = 0;
    Merge merge;
  };

  std::size_t find(std::uint32_t left, std::uint32_t right) const {
    const std::size_t mask = slots_.size() - 1;
    const std::uint64_t key = std::uint64_t{left} << 32 | right;
    std::size_t at = (key * 0x9E3779B97F4A7C15 >> 24) & mask;
    while (slots_[at].merge.rank != kNoRank && (slots_[at].left != left || slots_[at].right != right))
      at = (at + 1) & mask;
    return at;
  }

  std::vector<Slot> slots_;  // open addressing, a power of two
};

}  // namespace signalbox::tokenizers
