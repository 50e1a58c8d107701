// A double array: the child of node n by byte b stands at base(n) ^ b and names n as its parent. Nodes of few children
// fill the holes that others left; the holes form a linked list, and only a bounded number of them is tried for each
// node, so that building is linear in the keys.
#include "tokenizers/trie.h"

#include <algorithm>
#include <array>

namespace signalbox::tokenizers {

class Trie::Builder {
 public:
  Builder(Trie& trie, const std::vector<Key>& keys) : trie_(trie), keys_(keys) { add_block(); }

  void run() {
    take(kRoot, kNone);
    if (!keys_.empty()) open_.push_back({kRoot, 0, keys_.size(), 0});
    while (!open_.empty()) {
      const Range range = open_.back();
      open_.pop_back();
      place_children(range);
    }
  }

 private:
  static constexpr int kMaxTries = 32;
  struct Range {  // the keys below a node, which agree in `depth` bytes
    std::uint32_t node;
    std::size_t begin;
    std::size_t end;
    std::size_t depth;
  };
  struct Hole {
    std::uint32_t previous;
    std::uint32_t next;
  };

  unsigned char label(std::size_t key, std::size_t depth) const {
    return static_cast<unsigned char>(keys_[key].bytes[depth]);
  }

  void place_children(Range range) {
    if (keys_[range.begin].bytes.size() == range.depth) {
      trie_.nodes_[range.node].value = keys_[range.begin].value;
      trie_.longest_ = std::max(trie_.longest_, range.depth);
      if (++range.begin == range.end) return;
    }
    labels_.clear();
    starts_.clear();
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const unsigned char byte = label(i, range.depth);
      if (!labels_.empty() && labels_.back() == byte) continue;
      labels_.push_back(byte);
      starts_.push_back(i);
    }
    starts_.push_back(range.end);
    const std::uint32_t base = find_base();
    trie_.nodes_[range.node].base = base;
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      const std::uint32_t child = base ^ labels_[i];
      take(child, range.node);
      open_.push_back({child, starts_[i], starts_[i + 1], range.depth + 1});
    }
  }

  std::uint32_t find_base() {
    std::uint32_t hole = newest_;
    for (int tries = 0; hole != kNone && tries < kMaxTries; ++tries, hole = holes_[hole].previous) {
      const std::uint32_t base = hole ^ labels_[0];
      if (std::ranges::all_of(labels_, [&](unsigned char byte) { return is_hole_[base ^ byte]; })) return base;
    }
    return add_block();
  }

  // Appends a block of holes; returns its first index.
  std::uint32_t add_block() {
    const auto begin = static_cast<std::uint32_t>(trie_.nodes_.size());
    trie_.nodes_.resize(begin + kBlock);
    holes_.resize(begin + kBlock);
    is_hole_.resize(begin + kBlock, true);
    for (std::uint32_t i = begin; i < begin + kBlock; ++i) {
      holes_[i] = {newest_, kNone};
      if (newest_ != kNone) holes_[newest_].next = i;
      newest_ = i;
    }
    return begin;
  }

  void take(std::uint32_t at, std::uint32_t parent) {
    trie_.nodes_[at].parent = parent;
    is_hole_[at] = false;
    const Hole hole = holes_[at];
    if (hole.next != kNone) holes_[hole.next].previous = hole.previous;
    if (hole.previous != kNone) holes_[hole.previous].next = hole.next;
    if (newest_ == at) newest_ = hole.previous;
  }

  Trie& trie_;
  const std::vector<Key>& keys_;
  std::vector<Range> open_;
  std::vector<unsigned char> labels_;
  std::vector<std::size_t> starts_;
  std::vector<Hole> holes_;
  std::vector<bool> is_hole_;
  std::uint32_t newest_ = kNone;
};

Trie Trie::build(std::vector<Key> keys) {
  std::ranges::sort(keys, {}, &Key::bytes);
  Trie trie;
  Builder(trie, keys).run();
  trie.nodes_.shrink_to_fit();
  return trie;
}

std::uint32_t Trie::walk(std::string_view bytes) const {
  std::uint32_t node = kRoot;
  for (const char byte : bytes) {
    node = next(node, byte);
    if (node == kNone) break;
  }
  return node;
}

}  // namespace signalbox::tokenizers
