#include "router/public_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace signalbox::router {

namespace {

struct Block4 {
  std::uint32_t network;
  int prefix;
};

constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// https://www.iana.org/assignments/iana-ipv4-special-registry, and one address that only looks public.
constexpr std::array<Block4, 17> kSpecial4{{
    {ip(0, 0, 0, 0), 8},         // this network
    {ip(10, 0, 0, 0), 8},        // private
    {ip(100, 64, 0, 0), 10},     // shared (carrier-grade NAT)
    {ip(127, 0, 0, 0), 8},       // loopback
    {ip(168, 63, 129, 16), 32},  // Azure's own services, from within its machines
    {ip(169, 254, 0, 0), 16},    // link-local, metadata servers
    {ip(172, 16, 0, 0), 12},     // private
    {ip(192, 0, 0, 0), 24},      // protocol assignments
    {ip(192, 0, 2, 0), 24},      // documentation
    {ip(192, 31, 196, 0), 24},   // AS112
    {ip(192, 88, 99, 0), 24},    // 6to4 relays
    {ip(192, 168, 0, 0), 16},    // private
    {ip(192, 175, 48, 0), 24},   // AS112
    {ip(198, 18, 0, 0), 15},     // benchmarks
    {ip(198, 51, 100, 0), 24},   // documentation
    {ip(203, 0, 113, 0), 24},    // documentation
    {ip(224, 0, 0, 0), 3},       // multicast, reserved, broadcast
}};

bool is_public4(std::uint32_t address) {
  return std::none_of(kSpecial4.begin(), kSpecial4.end(),
                      [address](const Block4& block) { return (address ^ block.network) >> (32 - block.prefix) == 0; });
}

using Bytes6 = std::array<std::uint8_t, 16>;

std::uint32_t word(const Bytes6& bytes, std::size_t at) {
  return ip(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}

constexpr std::uint32_t kNat64 = 0x0064ff9b;  // 64:ff9b::/96

// The IPv4 address that this one stands for.
bool holds_ipv4(const Bytes6& bytes) {
  const bool zeros = word(bytes, 4) == 0;
  const bool mapped = word(bytes, 0) == 0 && zeros && word(bytes, 8) == 0xffff;
  const bool translated = word(bytes, 0) == kNat64 && zeros && word(bytes, 8) == 0;
  return mapped || translated;
}

bool is_public6(const Bytes6& bytes) {
  if (holds_ipv4(bytes)) return is_public4(word(bytes, 12));
  const std::uint32_t first = word(bytes, 0);
  if (first >> 29 != 1) return false;                        // only 2000::/3 is global unicast
  const bool assignments = first >> 9 == 0x2001'0000u >> 9;  // 2001::/23: Teredo, ORCHID, benchmarks
  const bool documentation = first == 0x2001'0db8u || first >> 12 == 0x3fff'0000u >> 12;
  const bool six_to_four = first >> 16 == 0x2002u;
  const bool as112 = first == 0x2620'004fu && word(bytes, 4) >> 16 == 0x8000u;
  return !assignments && !documentation && !six_to_four && !as112;
}

}  // namespace

bool is_public_address(std::string_view address) {
  const std::string text(address);
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return is_public4(ntohl(v4.s_addr));
  Bytes6 v6{};
  return ::inet_pton(AF_INET6, text.c_str(), v6.data()) == 1 && is_public6(v6);
}

}  // namespace signalbox::router
