#include "vision/payload.h"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace signalbox::vision {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kInvalid = 0xff;

constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kInvalid);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  return values;
}();

// Four characters to 24 bits; the last `padding` of them count as zero.
std::optional<std::uint32_t> group(std::string_view four, std::size_t padding) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const bool padded = i >= 4 - padding;
    const std::uint8_t value = padded ? std::uint8_t{0} : kValues[static_cast<std::uint8_t>(four[i])];
    if (value == kInvalid) return std::nullopt;
    bits = bits << 6 | value;
  }
  const std::uint32_t unused = padding == 0 ? 0U : (padding == 1 ? 0xffU : 0xffffU);
  if ((bits & unused) != 0) return std::nullopt;
  return bits;
}

}  // namespace

std::expected<std::vector<std::uint8_t>, DecodeError> decode_payload(std::string_view base64, const Limits& limits) {
  const auto invalid = [] { return std::unexpected(DecodeError{DecodeFault::bad_base64, "not strict base64"}); };
  if (base64.empty() || base64.size() % 4 != 0) return invalid();
  const std::size_t padding = base64.ends_with("==") ? 2 : (base64.ends_with('=') ? 1 : 0);
  const std::size_t size = base64.size() / 4 * 3 - padding;
  if (size > limits.bytes)
    return std::unexpected(DecodeError{
        DecodeFault::too_large, fmt::format("{} bytes are over the limit of {} bytes a picture", size, limits.bytes)});
  std::vector<std::uint8_t> bytes;
  bytes.reserve(size + 3);
  for (std::size_t at = 0; at < base64.size(); at += 4) {
    const bool last = at + 4 == base64.size();
    const auto bits = group(base64.substr(at, 4), last ? padding : 0);
    if (!bits) return invalid();
    for (int shift = 16; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(*bits >> shift));
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace signalbox::vision
