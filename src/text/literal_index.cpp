#include "text/literal_index.h"

#include <algorithm>
#include <bit>
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
  fill_starts(needles);
}

void LiteralIndex::fill_filters(const std::vector<Needle>& needles) {
  constexpr std::size_t kSmallest = 1U << 12, kLargest = 1U << 20, kSpread = 64;  // entries; and for each needle
  const std::size_t entries = std::clamp(std::bit_ceil(needles.size() * kSpread), kSmallest, kLargest);
  shift_ = 32 - std::countr_zero(entries);
  grams_.assign(entries, 0);
  for (const Needle& needle : needles) {
    std::array<char, 4> prefix{};
    std::memcpy(prefix.data(), needle.bytes.data(), std::min<std::size_t>(needle.bytes.size(), 4));
    if (needle.bytes.size() >= 4) {
      grams_[hash(std::bit_cast<std::uint32_t>(prefix))] = 1;
    } else {
      add_short(needle.bytes.size(), prefix);
    }
  }
}

void LiteralIndex::fill_starts(const std::vector<Needle>& needles) {
  const std::size_t entries = std::bit_ceil(needles.size() * 4);  // so that a search soon meets a free place
  starts_.assign(entries, {});
  for (const Needle& needle : needles) {
    if (needle.bytes.size() < 4) continue;
    const std::uint32_t gram = gram_at(needle.bytes.data());
    std::size_t at = hash(gram) & (entries - 1);
    while (starts_[at].node != 0 && starts_[at].bytes != gram) at = (at + 1) & (entries - 1);
    std::uint32_t node = roots_[static_cast<std::uint8_t>(needle.bytes[0])];
    for (std::size_t i = 1; i < 4; ++i) node = child(nodes_[node], static_cast<std::uint8_t>(needle.bytes[i]));
    starts_[at] = {gram, node};
  }
}

void LiteralIndex::add_short(std::size_t length, std::array<char, 4> prefix) {
  has_short_ = true;
  pairs_.resize(1U << 16);
  if (length > 1) {
    pairs_[std::bit_cast<std::uint32_t>(prefix) & 0xFFFF] = 1;
    return;
  }
  for (int second = 0; second < 256; ++second) {  // any byte may follow
    prefix[1] = static_cast<char>(second);
    pairs_[std::bit_cast<std::uint32_t>(prefix) & 0xFFFF] = 1;
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
