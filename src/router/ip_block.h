// An address or CIDR block, for trusted proxies. Plain value; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace signalbox::router {

class IpBlock {
 public:
  // "10.0.0.0/8", "::1", "192.168.1.7". IPv4 and its IPv6-mapped form are the same address.
  static std::optional<IpBlock> parse(std::string_view text);
  bool contains(std::string_view address) const;

 private:
  std::array<std::uint8_t, 16> bytes_{};
  int prefix_ = 128;
};

}  // namespace signalbox::router
