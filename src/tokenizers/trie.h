// A set of byte strings with a number each, for finding all those that a text begins with: a double-array trie.
//
// Promises: one array read per byte walked. Immutable once built; any thread. Building takes the keys sorted and
// distinct, none empty, values below 2^31.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace signalbox::tokenizers {

class Trie {
 public:
  struct Key {
    std::string_view bytes;
    std::uint32_t value;
  };
  static Trie build(std::vector<Key> keys);

  static constexpr std::uint32_t kRoot = 0;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  // The node after this byte, or kNone.
  std::uint32_t next(std::uint32_t node, char byte) const {
    const std::uint32_t at = nodes_[node].base ^ static_cast<unsigned char>(byte);
    return nodes_[at].parent == node ? at : kNone;
  }
  // The number of the key that ends here, or kNone.
  std::uint32_t value(std::uint32_t node) const { return nodes_[node].value; }
  // The node after all these bytes, or kNone.
  std::uint32_t walk(std::string_view bytes) const;
  std::size_t longest() const { return longest_; }
  bool empty() const { return nodes_.size() <= kBlock; }

 private:
  static constexpr std::uint32_t kBlock = 256;
  struct Node {
    std::uint32_t base = 0;
    std::uint32_t parent = kNone;
    std::uint32_t value = kNone;
  };
  class Builder;

  std::vector<Node> nodes_;
  std::size_t longest_ = 0;
};

}  // namespace signalbox::tokenizers
