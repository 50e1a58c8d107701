#include "pii/groups.h"

#include "pii/ascii.h"

namespace signalbox::pii {
namespace {

std::size_t digits_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && end - begin <= kMostDigits && is_digit(text[end])) ++end;
  return end;
}

}  // namespace

bool Groups::sizes(std::initializer_list<std::size_t> wanted) const {
  if (wanted.size() > count) return false;
  std::size_t i = 0;
  for (const std::size_t size : wanted) {
    if (groups[i].size != size || (i > 1 && groups[i].separator != groups[1].separator)) return false;
    ++i;
  }
  return true;
}

Groups read_groups(std::string_view text, std::size_t begin, std::string_view separators) {
  Groups read;
  std::size_t total = 0;
  std::size_t at = begin;
  char separator = 0;
  while (read.count < kMostGroups) {
    const std::size_t end = digits_end(text, at);
    const std::size_t size = end - at;
    if (size == 0 || total + size > kMostDigits) break;
    for (std::size_t i = at; i < end; ++i) read.storage[total++] = text[i];
    read.groups[read.count++] = {.end = end, .total = total, .size = size, .separator = separator};
    if (end >= text.size() || separators.find(text[end]) == std::string_view::npos) break;
    separator = text[end];
    at = end + 1;
  }
  return read;
}

}  // namespace signalbox::pii
