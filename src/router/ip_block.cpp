#include "router/ip_block.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace signalbox::router {

namespace {
constexpr int kMappedPrefix = 96;

// The 16 bytes of an address; IPv4 becomes ::ffff:a.b.c.d.
std::optional<std::array<std::uint8_t, 16>> bytes_of(const std::string& text, bool& v4) {
  std::array<std::uint8_t, 16> bytes{};
  v4 = false;
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  bytes.fill(0);
  bytes[10] = bytes[11] = 0xff;
  v4 = true;
  if (inet_pton(AF_INET, text.c_str(), bytes.data() + 12) == 1) return bytes;
  return std::nullopt;
}
}  // namespace

std::optional<IpBlock> IpBlock::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  bool v4 = false;
  const auto bytes = bytes_of(std::string(text.substr(0, slash)), v4);
  if (!bytes) return std::nullopt;
  IpBlock block;
  block.bytes_ = *bytes;
  if (slash == std::string_view::npos) return block;
  const std::string_view digits = text.substr(slash + 1);
  int prefix = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc() || end != digits.data() + digits.size() || prefix < 0 || prefix > (v4 ? 32 : 128)) {
    return std::nullopt;
  }
  block.prefix_ = v4 ? kMappedPrefix + prefix : prefix;
  return block;
}

bool IpBlock::contains(std::string_view address) const {
  bool v4 = false;
  const auto bytes = bytes_of(std::string(address), v4);
  if (!bytes) return false;
  for (int bit = 0; bit < prefix_; ++bit) {
    const std::size_t byte = static_cast<std::size_t>(bit / 8);
    const int mask = 0x80 >> (bit % 8);
    if ((bytes_[byte] & mask) != ((*bytes)[byte] & mask)) return false;
  }
  return true;
}

}  // namespace signalbox::router
