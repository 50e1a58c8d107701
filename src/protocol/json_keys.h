// Finding a key that stands twice in one object, in bounded time on hostile objects.
//
// A few keys are compared pairwise. Many are sorted by hash and then by key: hashing makes it fast, sorting keeps it
// O(n log n) for keys chosen to collide, which a hash table does not. Pure; callable from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace signalbox::protocol {

// Objects up to this size are compared pairwise.
inline constexpr std::size_t kPairwiseKeys = 16;

struct KeyAt {
  std::string_view key;     // unescaped
  std::uint32_t index = 0;  // of the member; later members have greater ones
};

// The index of the first member (in document order) whose key was there before.
std::optional<std::uint32_t> find_duplicate_key(const std::vector<KeyAt>& keys);

}  // namespace signalbox::protocol
