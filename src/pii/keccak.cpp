#include "pii/keccak.h"

#include <bit>
#include <cstring>

namespace signalbox::pii {
namespace {

using State = std::array<std::uint64_t, 25>;
constexpr std::size_t kRate = 136;

// Round constants by the LFSR of the specification (FIPS 202, 3.2.5), rotations and lanes in the order of rho and pi.
std::uint64_t round_constant(int round) {
  std::uint64_t constant = 0;
  unsigned lfsr = 1;
  for (int i = 0; i < 7 * round; ++i) lfsr = lfsr << 1 ^ (lfsr >> 7 & 1U) * 0x171U;
  for (int j = 0; j < 7; ++j) {
    if ((lfsr & 1U) != 0) constant |= std::uint64_t{1} << ((1U << j) - 1U);
    lfsr = lfsr << 1 ^ (lfsr >> 7 & 1U) * 0x171U;
  }
  return constant;
}

void theta(State& a) {
  std::array<std::uint64_t, 5> column{};
  for (std::size_t i = 0; i < 25; ++i) column[i % 5] ^= a[i];
  for (std::size_t i = 0; i < 25; ++i) a[i] ^= column[(i + 4) % 5] ^ std::rotl(column[(i + 1) % 5], 1);
}

void rho_pi(State& a) {
  std::size_t x = 1;
  std::size_t y = 0;
  std::uint64_t lane = a[1];
  for (int t = 0; t < 24; ++t) {
    const std::size_t next = (2 * x + 3 * y) % 5;
    x = y;
    y = next;
    const std::uint64_t moved = a[x + 5 * y];
    a[x + 5 * y] = std::rotl(lane, (t + 1) * (t + 2) / 2 % 64);
    lane = moved;
  }
}

void chi(State& a) {
  for (std::size_t row = 0; row < 25; row += 5) {
    const std::array<std::uint64_t, 5> r{a[row], a[row + 1], a[row + 2], a[row + 3], a[row + 4]};
    for (std::size_t x = 0; x < 5; ++x) a[row + x] = r[x] ^ (~r[(x + 1) % 5] & r[(x + 2) % 5]);
  }
}

}  // namespace

std::array<std::uint8_t, 32> keccak256(std::string_view text) {
  std::array<std::uint8_t, kRate> block{};
  std::memcpy(block.data(), text.data(), text.size());
  block[text.size()] ^= 0x01;
  block[kRate - 1] ^= 0x80;
  State state{};
  std::memcpy(state.data(), block.data(), kRate);
  for (int round = 0; round < 24; ++round) {
    theta(state);
    rho_pi(state);
    chi(state);
    state[0] ^= round_constant(round);
  }
  std::array<std::uint8_t, 32> hash{};
  std::memcpy(hash.data(), state.data(), hash.size());
  return hash;
}

}  // namespace signalbox::pii
