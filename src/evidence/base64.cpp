#include "evidence/base64.h"

#include <array>

namespace signalbox::evidence {
namespace {

constexpr std::uint8_t kBad = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kBad);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr std::array<std::uint8_t, 256> kValues = make_values();

std::uint32_t value_at(std::string_view text, std::size_t i) {
  return kValues[static_cast<std::uint8_t>(text[i])];
}

std::unexpected<Base64Error> malformed(std::size_t offset) {
  return std::unexpected(Base64Error{Base64Error::Kind::malformed, offset});
}

// The last group of four, which may be padded. Appends one to three bytes.
std::expected<void, Base64Error> decode_tail(std::string_view text, std::size_t at, std::size_t padding, char* out) {
  const std::size_t kept = 4 - padding;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint32_t value = i < kept ? value_at(text, at + i) : 0;
    if (value == kBad) return malformed(at + i);
    bits = (bits << 6) | value;
  }
  const std::size_t unused = padding * 8;
  if ((bits & ((1u << unused) - 1)) != 0) return malformed(at + kept - 1);
  for (std::size_t i = 0; i < 3 - padding; ++i) out[i] = static_cast<char>((bits >> (16 - 8 * i)) & 0xFF);
  return {};
}

}  // namespace

std::expected<std::string, Base64Error> decode_base64(std::string_view text, std::size_t max_bytes) {
  if (text.empty()) return std::string();
  if (text.size() % 4 != 0) return malformed(text.size());
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::size_t size = text.size() / 4 * 3 - padding;
  if (size > max_bytes) return std::unexpected(Base64Error{Base64Error::Kind::too_large, text.size()});
  std::string out(size, '\0');
  char* to = out.data();
  const std::size_t last = text.size() - 4;
  for (std::size_t at = 0; at < last; at += 4, to += 3) {
    const std::uint32_t a = value_at(text, at), b = value_at(text, at + 1);
    const std::uint32_t c = value_at(text, at + 2), d = value_at(text, at + 3);
    if (((a | b | c | d) & 0x80) != 0) {
      const std::size_t wrong = a == kBad ? 0 : b == kBad ? 1 : c == kBad ? 2 : 3;
      return malformed(at + wrong);
    }
    const std::uint32_t bits = (a << 18) | (b << 12) | (c << 6) | d;
    to[0] = static_cast<char>(bits >> 16);
    to[1] = static_cast<char>((bits >> 8) & 0xFF);
    to[2] = static_cast<char>(bits & 0xFF);
  }
  if (std::expected<void, Base64Error> tail = decode_tail(text, last, padding, to); !tail) {
    return std::unexpected(tail.error());
  }
  return out;
}

}  // namespace signalbox::evidence
