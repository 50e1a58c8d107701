#include "vision/utf8.h"

#include <cstdint>

namespace signalbox::vision {
namespace {

struct Sequence {
  std::size_t length;
  std::uint8_t low, high;  // bounds of the second byte
};

// Unicode 15, table 3-7; length 0 for a byte that begins nothing.
Sequence sequence_of(std::uint8_t lead) {
  if (lead < 0x80) return {1, 0x80, 0xbf};
  if (lead >= 0xc2 && lead <= 0xdf) return {2, 0x80, 0xbf};
  if (lead == 0xe0) return {3, 0xa0, 0xbf};
  if (lead == 0xed) return {3, 0x80, 0x9f};
  if (lead >= 0xe1 && lead <= 0xef) return {3, 0x80, 0xbf};
  if (lead == 0xf0) return {4, 0x90, 0xbf};
  if (lead >= 0xf1 && lead <= 0xf3) return {4, 0x80, 0xbf};
  if (lead == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Sequence sequence = sequence_of(static_cast<std::uint8_t>(text[at]));
    if (sequence.length == 0 || text.size() - at < sequence.length) return false;
    for (std::size_t i = 1; i < sequence.length; ++i) {
      const auto byte = static_cast<std::uint8_t>(text[at + i]);
      if (byte < (i == 1 ? sequence.low : 0x80) || byte > (i == 1 ? sequence.high : 0xbf)) return false;
    }
    at += sequence.length;
  }
  return true;
}

}  // namespace signalbox::vision
