// SHA-256 of a credential, and its text form.
//
// Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::auth {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view text);
std::string to_hex(const Digest& digest);
// Exactly 64 hexadecimal digits, in either case.
std::optional<Digest> digest_from_hex(std::string_view text);
// Takes the same time wherever the two differ.
bool equal_in_constant_time(const Digest& a, const Digest& b);

}  // namespace signalbox::auth
