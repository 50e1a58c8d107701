// Finds every occurrence of many byte strings in one pass (internal to pattern_set).
//
// A filter in front of a trie. At each position the next four bytes are hashed into a table that holds the first four
// bytes of every needle, a byte each, and is so large that at most one position in 64 passes by accident; needles
// shorter than that have an exact table of their first two bytes. These look-ups do not wait for each other, so the
// processor overlaps them (an Aho-Corasick automaton waits for memory at each byte;
// docs/decisions/0002-pattern-matching.md has the numbers), and four positions share one branch. Only positions that
// pass walk the trie, at most as deep as the longest needle: the worst case is text length times longest needle.
//
// Immutable after construction; scan may be called from any thread. Needles must not be empty.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::text {

class LiteralIndex {
 public:
  struct Needle {
    std::string bytes;
    std::uint32_t id = 0;
  };

  LiteralIndex() = default;
  explicit LiteralIndex(std::vector<Needle> needles);

  bool empty() const { return nodes_.empty(); }

  // Calls found(id, begin, end) for every occurrence of every needle, begins ascending.
  template <typename Found>
  void scan(std::string_view text, Found&& found) const {
    if (empty()) return;
    if (has_short_) {
      filter<true>(text, found);
    } else {
      filter<false>(text, found);
    }
  }

 private:
  struct Node {
    std::uint32_t first_edge = 0;
    std::uint32_t first_id = 0;
    std::uint32_t edges = 0;
    std::uint32_t ids = 0;  // needles that end here, the first of them at first_id
  };
  struct Edge {
    std::uint8_t byte = 0;
    std::uint32_t target = 0;
  };
  static constexpr std::uint32_t kMultiplier = 0x9E3779B1;  // 2^32 / golden ratio: spreads neighbouring grams

  std::uint32_t hash(std::uint32_t gram) const { return (gram * kMultiplier) >> shift_; }

  std::uint32_t build_node(std::span<const Needle> sorted, std::size_t depth);
  void fill_filters(const std::vector<Needle>& needles);
  void add_short(std::size_t length, std::array<char, 4> prefix);

  // Whether a needle may begin at `at`, which four readable bytes follow.
  template <bool kShort>
  std::uint8_t passes(const char* at) const {
    std::uint32_t gram = 0;
    std::memcpy(&gram, at, 4);
    // Plain pointers: a bounds check per byte would cost as much as the filter itself.
    const std::uint8_t pass = grams_.data()[hash(gram)];
    if constexpr (!kShort) return pass;
    return pass | pairs_.data()[gram & 0xFFFF];
  }

  template <bool kShort, typename Found>
  void filter(std::string_view text, Found&& found) const {
    const char* const data = text.data();
    std::size_t i = 0;
    for (; i + 7 <= text.size(); i += 4) {
      const std::array<std::uint8_t, 4> pass{passes<kShort>(data + i), passes<kShort>(data + i + 1),
                                             passes<kShort>(data + i + 2), passes<kShort>(data + i + 3)};
      if ((pass[0] | pass[1] | pass[2] | pass[3]) == 0) [[likely]]
        continue;
      for (std::size_t k = 0; k < 4; ++k) {
        if (pass[k] != 0) walk(text, i + k, found);
      }
    }
    for (; i + 4 <= text.size(); ++i) {
      if (passes<kShort>(data + i) != 0) walk(text, i, found);
    }
    if (!kShort) return;  // nothing fits into the last three bytes
    for (; i < text.size(); ++i) walk(text, i, found);
  }

  template <typename Found>
  void walk(std::string_view text, std::size_t begin, Found&& found) const {
    std::uint32_t at = roots_[static_cast<std::uint8_t>(text[begin])];
    for (std::size_t i = begin + 1; at != 0; ++i) {
      const Node& node = nodes_[at];
      for (std::uint32_t k = 0; k < node.ids; ++k) found(ids_[node.first_id + k], begin, i);
      at = i < text.size() ? child(node, static_cast<std::uint8_t>(text[i])) : 0;
    }
  }

  std::uint32_t child(const Node& node, std::uint8_t byte) const {
    for (std::uint32_t k = 0; k < node.edges; ++k) {
      if (edges_[node.first_edge + k].byte == byte) return edges_[node.first_edge + k].target;
    }
    return 0;
  }

  std::vector<std::uint8_t> grams_;  // 1: a needle's first four bytes have this hash
  std::vector<std::uint8_t> pairs_;  // by the first two bytes; empty when no needle is shorter than four
  int shift_ = 0;                    // to a hash of as many bits as grams_ has entries
  bool has_short_ = false;
  std::array<std::uint32_t, 256> roots_{};  // first byte -> node; node 0 is "none"
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> ids_;
};

}  // namespace signalbox::text
