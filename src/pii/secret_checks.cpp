#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "pii/ascii.h"
#include "pii/secret_rules.h"

namespace signalbox::pii {
namespace {

constexpr std::size_t kChecksum = 6;

// IEEE 802.3, bit by bit: the texts have thirty bytes.
std::uint32_t crc32(std::string_view text) {
  std::uint32_t sum = 0xFFFFFFFF;
  for (const char c : text) {
    sum ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) sum = sum >> 1 ^ (0xEDB88320 & (0U - (sum & 1U)));
  }
  return ~sum;
}

bool github_checksum(std::string_view body) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  if (body.size() <= kChecksum) return false;
  std::uint32_t sum = crc32(body.substr(0, body.size() - kChecksum));
  for (std::size_t i = 0; i < kChecksum; ++i) {
    if (body[body.size() - 1 - i] != kDigits[sum % 62]) return false;
    sum /= 62;
  }
  return true;
}

int base64_value(char c) {
  if (is_upper(c)) return c - 'A';
  if (is_lower(c)) return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  if (c == '-' || c == '+') return 62;
  return c == '_' || c == '/' ? 63 : -1;
}

std::string decode_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) break;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) out += static_cast<char>(bits >> (held -= 8) & 0xFFU);
  }
  return out;
}

// Behind "eyJ": header, payload and perhaps a signature; the header is JSON with an "alg".
bool is_jwt(std::string_view body) {
  constexpr std::size_t kLongestHeader = 1024;
  const std::size_t dot = body.find('.');
  if (dot == std::string_view::npos || dot > kLongestHeader) return false;
  const std::size_t second = body.find('.', dot + 1);
  if (second == std::string_view::npos || second < dot + 8) return false;
  const std::string header = decode_base64("eyJ" + std::string(body.substr(0, dot)));
  return header.starts_with("{\"") && header.find("\"alg\"") != std::string::npos;
}

}  // namespace

bool in_alphabet(Alphabet alphabet, char c) {
  switch (alphabet) {
    case Alphabet::hex:
      return is_hex(c);
    case Alphabet::base32:
      return is_upper(c) || (c >= '2' && c <= '7');
    case Alphabet::upper:
      return is_upper(c) || is_digit(c);
    case Alphabet::alnum:
      return is_alnum(c);
    case Alphabet::base64url:
      return is_alnum(c) || c == '-' || c == '_';
    case Alphabet::base64:
      return is_alnum(c) || c == '+' || c == '/' || c == '=';
    case Alphabet::jwt:
      return is_alnum(c) || c == '-' || c == '_' || c == '.';
    case Alphabet::dotted:
      return is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '=';
  }
  return false;
}

bool passes(Check check, std::string_view body) {
  switch (check) {
    case Check::none:
      return true;
    case Check::github:
      return github_checksum(body);
    case Check::jwt:
      return is_jwt(body);
  }
  return false;
}

double entropy(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

namespace {

// Short words only where a word begins: in a long key four letters stand together by chance (one PEM body in 500).
bool begins_word(std::string_view text, std::string_view word) {
  for (std::size_t i = text.find(word); i != std::string_view::npos; i = text.find(word, i + 1)) {
    if (!is_alnum(before(text, i))) return true;
  }
  return false;
}

}  // namespace

bool is_placeholder(std::string_view text) {
  constexpr std::array<std::string_view, 20> kAnywhere{"example",
                                                       "sample",
                                                       "placeholder",
                                                       "changeme",
                                                       "change_me",
                                                       "change-me",
                                                       "xxxxxx",
                                                       "redacted",
                                                       "insert",
                                                       "replace",
                                                       "...",
                                                       "****",
                                                       "0000000",
                                                       "1111111",
                                                       "12345678",
                                                       "abcdefgh",
                                                       "deadbeef",
                                                       "notreal",
                                                       "eyjzdwiioiixmjm0nty3odkwiiwibmftzsi6ikpvag4",
                                                       "test1234"};
  constexpr std::array<std::string_view, 5> kShort{"your", "fake", "dummy", "foobar", "xxxx"};
  std::string lower(text.substr(0, 512));
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  return std::any_of(kAnywhere.begin(), kAnywhere.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; }) ||
         std::any_of(kShort.begin(), kShort.end(), [&](std::string_view word) { return begins_word(lower, word); });
}

}  // namespace signalbox::pii
