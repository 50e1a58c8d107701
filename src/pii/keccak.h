// Keccak-256 as Ethereum uses it (not NIST's SHA3-256: another padding), for EIP-55 address checksums.
//
// Internal to pii/; pure.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace signalbox::pii {

// Of less than 136 bytes: one block.
std::array<std::uint8_t, 32> keccak256(std::string_view text);

}  // namespace signalbox::pii
