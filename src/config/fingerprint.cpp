#include "config/fingerprint.h"

#include <fmt/format.h>

#include <cstdint>

namespace signalbox::config {

namespace {
constexpr std::uint64_t kOffset = 0xcbf29ce484222325ull;
constexpr std::uint64_t kPrime = 0x100000001b3ull;

void mix(std::uint64_t& hash, std::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  hash = (hash ^ bytes.size()) * kPrime;  // "ab","c" and "a","bc" differ
}

void mix(std::uint64_t& hash, const Node& node) {
  mix(hash, std::string_view("nsqm").substr(static_cast<std::size_t>(node.kind), 1));
  mix(hash, node.scalar);
  for (const Node& item : node.items) mix(hash, item);
  for (const Entry& entry : node.entries) {
    mix(hash, entry.key);
    mix(hash, entry.value);
  }
}
}  // namespace

std::string fingerprint(const Node& node) {
  std::uint64_t hash = kOffset;
  mix(hash, node);
  return fmt::format("{:016x}", hash);
}

}  // namespace signalbox::config
