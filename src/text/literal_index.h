// Finds every occurrence of many byte strings in one pass (internal to pattern_set).
//
// A filter in front of a trie. At each position the next four bytes are hashed into a table that holds the first four
// bytes of every needle, a byte each, and is so large that at most one position in 64 passes by accident; needles
// shorter than that have an exact table of their first two bytes. These look-ups do not wait for each other, so the
// processor overlaps them (an Aho-Corasick automaton waits for memory at each byte;
// docs/decisions/0002-pattern-matching.md has the numbers), and eight positions share one branch. Where a position
// passes, its four bytes must be the first of a needle (`starts_`); only then the trie is walked, from the node that
// they lead to, at most as deep as the longest needle: the worst case is text length times longest needle.
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
  // The first four bytes of needles, and the node that they lead to; node 0: an empty place of the table.
  struct Start {
    std::uint32_t bytes = 0;
    std::uint32_t node = 0;
  };
  static constexpr std::size_t kStep = 8;
  static constexpr std::uint32_t kMultiplier = 0x9E3779B1;  // 2^32 / golden ratio: spreads neighbouring grams

  std::uint32_t hash(std::uint32_t gram) const { return (gram * kMultiplier) >> shift_; }
  static std::uint32_t gram_at(const char* at) {
    std::uint32_t gram = 0;
    std::memcpy(&gram, at, 4);
    return gram;
  }

  std::uint32_t build_node(std::span<const Needle> sorted, std::size_t depth);
  void fill_filters(const std::vector<Needle>& needles);
  void fill_starts(const std::vector<Needle>& needles);
  void add_short(std::size_t length, std::array<char, 4> prefix);

  // Whether a needle may begin at `at`, which four readable bytes follow.
  template <bool kShort>
  std::uint8_t passes(const char* at) const {
    const std::uint32_t gram = gram_at(at);
    // Plain pointers: a bounds check per byte would cost as much as the filter itself.
    const std::uint8_t pass = grams_.data()[hash(gram)];
    if constexpr (!kShort) return pass;
    return pass | pairs_.data()[gram & 0xFFFF];
  }

  template <bool kShort, typename Found>
  void filter(std::string_view text, Found&& found) const {
    const char* const data = text.data();
    std::size_t i = 0;
    for (; i + kStep + 3 <= text.size(); i += kStep) {
      std::array<std::uint8_t, kStep> pass;
      for (std::size_t k = 0; k < kStep; ++k) pass[k] = passes<kShort>(data + i + k);
      std::uint64_t any = 0;
      static_assert(sizeof any == sizeof pass);
      std::memcpy(&any, pass.data(), sizeof any);
      if (any == 0) [[likely]]
        continue;
      for (std::size_t k = 0; k < kStep; ++k) {
        if (pass[k] != 0) begin_at<kShort>(text, i + k, found);
      }
    }
    for (; i + 4 <= text.size(); ++i) {
      if (passes<kShort>(data + i) != 0) begin_at<kShort>(text, i, found);
    }
    if (!kShort) return;  // nothing fits into the last three bytes
    for (; i < text.size(); ++i) walk_from_root(text, i, found);
  }

  // Where the filter lets something pass: four bytes at least are left.
  template <bool kShort, typename Found>
  void begin_at(std::string_view text, std::size_t begin, Found&& found) const {
    const std::uint32_t gram = gram_at(text.data() + begin);
    if constexpr (kShort) {
      if (pairs_.data()[gram & 0xFFFF] != 0) return walk_from_root(text, begin, found);
    }
    if (const std::uint32_t node = start_node(gram); node != 0) walk(text, begin, begin + 4, node, found);
  }

  std::uint32_t start_node(std::uint32_t gram) const {
    for (std::size_t at = hash(gram);; ++at) {
      const Start& start = starts_.data()[at & (starts_.size() - 1)];
      if (start.bytes == gram || start.node == 0) return start.node;
    }
  }

  template <typename Found>
  void walk_from_root(std::string_view text, std::size_t begin, Found&& found) const {
    walk(text, begin, begin + 1, roots_[static_cast<std::uint8_t>(text[begin])], found);
  }

  // From the node that text[begin, i) leads to.
  template <typename Found>
  void walk(std::string_view text, std::size_t begin, std::size_t i, std::uint32_t at, Found&& found) const {
    for (; at != 0; ++i) {
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
  std::vector<Start> starts_;        // by the hash's last bits, or the next free place behind; never full
  std::vector<std::uint8_t> pairs_;  // by the first two bytes; empty when no needle is shorter than four
  int shift_ = 0;                    // to a hash of as many bits as grams_ has entries
  bool has_short_ = false;
  std::array<std::uint32_t, 256> roots_{};  // first byte -> node; node 0 is "none"
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> ids_;
};

}  // namespace signalbox::text
