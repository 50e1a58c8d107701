#include "tokenizers/byte_alphabet.h"

#include <array>

#include "tokenizers/utf8.h"

namespace signalbox::tokenizers {
namespace {

constexpr char32_t kEnd = 0x144;  // after the last character of the alphabet
constexpr std::uint16_t kNoByte = 0xFFFF;

constexpr bool stands_for_itself(unsigned byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

constexpr std::array<char32_t, 256> make_alphabet() {
  std::array<char32_t, 256> out{};
  char32_t next = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte) out[byte] = stands_for_itself(byte) ? char32_t{byte} : next++;
  return out;
}

constexpr std::array<char32_t, 256> kAlphabet = make_alphabet();

constexpr std::array<std::uint16_t, kEnd> make_bytes() {
  std::array<std::uint16_t, kEnd> out{};
  out.fill(kNoByte);
  for (unsigned byte = 0; byte < 256; ++byte) out[kAlphabet[byte]] = static_cast<std::uint16_t>(byte);
  return out;
}

constexpr std::array<std::uint16_t, kEnd> kBytes = make_bytes();

}  // namespace

char32_t byte_character(char byte) {
  return kAlphabet[static_cast<unsigned char>(byte)];
}

std::optional<std::string> alphabet_to_bytes(std::string_view token) {
  std::string out;
  for (std::size_t at = 0; at < token.size();) {
    const Decoded c = decode_valid(token, at);
    if (c.value >= kEnd || kBytes[c.value] == kNoByte) return std::nullopt;
    out += static_cast<char>(static_cast<unsigned char>(kBytes[c.value]));
    at += c.length;
  }
  return out;
}

}  // namespace signalbox::tokenizers
