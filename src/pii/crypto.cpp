// CRYPTO: wallet addresses by their checksums: base58check (Bitcoin, Litecoin, Dogecoin, Tron), bech32 and bech32m
// (Bitcoin, Litecoin), EIP-55 (Ethereum).
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "digest/sha256.h"
#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/keccak.h"

namespace signalbox::pii {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view kBech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

// 25 bytes: a version, 20 of a hash, four of a checksum.
std::optional<std::array<std::uint8_t, 25>> base58(std::string_view text) {
  std::array<std::uint8_t, 25> bytes{};
  for (const char c : text) {
    const std::size_t digit = kBase58.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    auto carry = static_cast<unsigned>(digit);
    for (std::size_t i = bytes.size(); i-- > 0;) {
      carry += 58U * bytes[i];
      bytes[i] = static_cast<std::uint8_t>(carry & 0xFFU);
      carry >>= 8;
    }
    if (carry != 0) return std::nullopt;
  }
  return bytes;
}

bool is_base58_address(std::string_view text) {
  constexpr std::array<std::uint8_t, 6> kVersions{0x00, 0x05, 0x1E, 0x30, 0x32, 0x41};
  const auto bytes = base58(text);
  if (!bytes || std::find(kVersions.begin(), kVersions.end(), (*bytes)[0]) == kVersions.end()) return false;
  const std::string_view body(reinterpret_cast<const char*>(bytes->data()), 21);
  const digest::Sha256 once = digest::sha256(body);
  const digest::Sha256 twice = digest::sha256({reinterpret_cast<const char*>(once.data()), once.size()});
  return std::equal(twice.begin(), twice.begin() + 4, bytes->begin() + 21);
}

std::uint32_t polymod(std::uint32_t sum, std::uint32_t value) {
  constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  const std::uint32_t top = sum >> 25;
  sum = (sum & 0x1ffffff) << 5 ^ value;
  for (std::size_t i = 0; i < 5; ++i) {
    if ((top >> i & 1U) != 0) sum ^= kGenerator[i];
  }
  return sum;
}

// BIP 173 and 350, lower or upper case but not both.
bool is_bech32(std::string_view text, std::string_view prefix) {
  const bool lower = std::any_of(text.begin(), text.end(), is_lower);
  if (lower && std::any_of(text.begin(), text.end(), is_upper)) return false;
  std::uint32_t sum = 1;
  for (const char c : prefix) sum = polymod(sum, static_cast<std::uint32_t>(c >> 5));
  sum = polymod(sum, 0);
  for (const char c : prefix) sum = polymod(sum, static_cast<std::uint32_t>(c & 31));
  for (const char c : text.substr(prefix.size() + 1)) {
    const std::size_t value = kBech32.find(to_lower(c));
    if (value == std::string_view::npos) return false;
    sum = polymod(sum, static_cast<std::uint32_t>(value));
  }
  return sum == 1 || sum == 0x2bc830a3;
}

bool is_bech32_address(std::string_view text) {
  for (const std::string_view prefix : {"bc"sv, "tb"sv, "ltc"sv}) {
    const bool begins = text.size() > prefix.size() && equal_caseless(text.substr(0, prefix.size()), prefix);
    if (begins && text[prefix.size()] == '1' && is_bech32(text, prefix)) return true;
  }
  return false;
}

// EIP-55: a letter is upper case where the hash of the lower-case address has a high bit. An address in one case has no
// checksum.
enum class Ethereum : std::uint8_t { none, unchecked, checked };
Ethereum ethereum(std::string_view text) {
  if (text.size() != 42 || text[0] != '0' || text[1] != 'x') return Ethereum::none;
  const std::string_view body = text.substr(2);
  if (!all_of(body, is_hex)) return Ethereum::none;
  const bool upper = std::any_of(body.begin(), body.end(), is_upper);
  const bool lower = std::any_of(body.begin(), body.end(), is_lower);
  if (!upper || !lower) {
    return body.find_first_not_of(body[0]) == std::string_view::npos ? Ethereum::none : Ethereum::unchecked;
  }
  std::string plain(body);
  std::transform(plain.begin(), plain.end(), plain.begin(), to_lower);
  const auto hash = keccak256(plain);
  for (std::size_t i = 0; i < body.size(); ++i) {
    const unsigned nibble = i % 2 == 0 ? hash[i / 2] >> 4U : hash[i / 2] & 15U;
    if (is_alpha(body[i]) && is_upper(body[i]) != (nibble >= 8)) return Ethereum::none;
  }
  return Ethereum::checked;
}

}  // namespace

void find_crypto(const Place& place) {
  const std::string_view word = place.word();
  if (word.size() < 26 || word.size() > 90 || !place.sink.wants(Type::crypto)) return;
  if (!free_left(place.text, place.token.begin) || !free_right(place.text, place.token.end)) return;
  const auto add = [&](double score, std::string_view validator) {
    place.sink.add(Type::crypto, place.token.begin, place.token.end, score, validator);
  };
  if (const Ethereum kind = ethereum(word); kind != Ethereum::none) {
    return kind == Ethereum::checked ? add(1, "eip55")
                                     : add(place.context().has(Topic::crypto) ? 0.9 : 0.7, "ethereum");
  }
  if (is_bech32_address(word)) return add(1, "bech32");
  constexpr std::string_view kFirst = "13LMDAT9";
  if (word.size() <= 35 && kFirst.find(word[0]) != std::string_view::npos && is_base58_address(word))
    add(1, "base58check");
}

}  // namespace signalbox::pii
