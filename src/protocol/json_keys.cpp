#include "protocol/json_keys.h"

#include <algorithm>
#include <functional>

namespace signalbox::protocol {
namespace {

struct Hashed {
  std::size_t hash;
  KeyAt at;
  bool operator<(const Hashed& other) const {
    if (hash != other.hash) return hash < other.hash;
    if (at.key != other.at.key) return at.key < other.at.key;
    return at.index < other.at.index;
  }
};

}  // namespace

std::optional<std::uint32_t> find_duplicate_key(const std::vector<KeyAt>& keys) {
  std::vector<Hashed> sorted;
  sorted.reserve(keys.size());
  for (const KeyAt& key : keys) sorted.push_back({std::hash<std::string_view>()(key.key), key});
  std::sort(sorted.begin(), sorted.end());
  std::optional<std::uint32_t> first;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].hash != sorted[i - 1].hash || sorted[i].at.key != sorted[i - 1].at.key) continue;
    if (!first || sorted[i].at.index < *first) first = sorted[i].at.index;
  }
  return first;
}

}  // namespace signalbox::protocol
