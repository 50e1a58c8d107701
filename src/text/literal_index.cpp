#include "text/literal_index.h"

#include <algorithm>
#include <tuple>

namespace signalbox::text {

LiteralIndex::LiteralIndex(std::vector<Needle> needles) {
  if (needles.empty()) return;
  std::ranges::sort(needles,
                    [](const Needle& a, const Needle& b) { return std::tie(a.bytes, a.id) < std::tie(b.bytes, b.id); });
  fill_filters(needles);
  nodes_.emplace_back();  // "none"
  std::span<const Needle> rest(needles);
  while (!rest.empty()) {
    const char first = rest.front().bytes.front();
    const auto end = std::ranges::find_if(rest, [&](const Needle& n) { return n.bytes.front() != first; });
    const auto count = static_cast<std::size_t>(end - rest.begin());
    roots_[static_cast<std::uint8_t>(first)] = build_node(rest.first(count), 1);
    rest = rest.subspan(count);
  }
}

void LiteralIndex::set(Bits& bits, std::uint32_t i) {
  bits[i >> 3] = static_cast<std::uint8_t>(bits[i >> 3] | (1U << (i & 7)));
}

void LiteralIndex::fill_filters(const std::vector<Needle>& needles) {
  for (const Needle& needle : needles) {
    if (needle.bytes.size() >= 4) {
      std::uint32_t gram = 0;
      std::memcpy(&gram, needle.bytes.data(), 4);
      set(grams_, hash(gram));
      continue;
    }
    has_short_ = true;
    std::array<char, 4> prefix{};
    std::memcpy(prefix.data(), needle.bytes.data(), needle.bytes.size());
    for (int second = 0; second < 256; ++second) {
      if (needle.bytes.size() == 1) prefix[1] = static_cast<char>(second);  // any byte may follow
      std::uint32_t gram = 0;
      std::memcpy(&gram, prefix.data(), 4);
      set(pairs_, gram & 0xFFFF);
      if (needle.bytes.size() > 1) break;
    }
  }
}

// The node reached by the first `depth` bytes, which all of `sorted` share.
std::uint32_t LiteralIndex::build_node(std::span<const Needle> sorted, std::size_t depth) {
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  nodes_.emplace_back();
  Node node;
  node.first_id = static_cast<std::uint32_t>(ids_.size());
  while (!sorted.empty() && sorted.front().bytes.size() == depth) {
    ids_.push_back(sorted.front().id);
    ++node.ids;
    sorted = sorted.subspan(1);
  }
  std::vector<Edge> edges;
  while (!sorted.empty()) {
    const char byte = sorted.front().bytes[depth];
    const auto end = std::ranges::find_if(sorted, [&](const Needle& n) { return n.bytes[depth] != byte; });
    const auto count = static_cast<std::size_t>(end - sorted.begin());
    edges.push_back({static_cast<std::uint8_t>(byte), build_node(sorted.first(count), depth + 1)});
    sorted = sorted.subspan(count);
  }
  node.first_edge = static_cast<std::uint32_t>(edges_.size());
  node.edges = static_cast<std::uint32_t>(edges.size());
  edges_.insert(edges_.end(), edges.begin(), edges.end());
  nodes_[index] = node;
  return index;
}

}  // namespace signalbox::text
