// Digits in groups ("4111 1111-1111 1111"), as people write long numbers.
//
// Internal to pii/; pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace signalbox::pii {

inline constexpr std::size_t kMostDigits = 20;
inline constexpr std::size_t kMostGroups = 10;

struct Groups {
  struct Group {
    std::size_t end = 0;    // in the text
    std::size_t total = 0;  // digits up to here
    std::size_t size = 0;
    char separator = 0;  // before the group; 0 before the first
  };
  std::array<char, kMostDigits> storage{};
  std::array<Group, kMostGroups> groups{};
  std::size_t count = 0;

  std::string_view digits(std::size_t total) const { return {storage.data(), total}; }
  const Group& last() const { return groups[count - 1]; }
  // Whether the groups up to `last` have these sizes, all with one separator.
  bool sizes(std::initializer_list<std::size_t> wanted) const;
};

// From the digit at `begin`: groups that one of `separators` stands between, 20 digits and ten groups at most. A group
// that would not fit as a whole ends the reading before it.
Groups read_groups(std::string_view text, std::size_t begin, std::string_view separators);

}  // namespace signalbox::pii
