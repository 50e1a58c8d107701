#include "probes/image_fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "digest/sha256.h"
#include "evidence/base64.h"
#include "evidence/data_uri.h"
#include "vision/header.h"

namespace signalbox::probes {

namespace {

constexpr bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

// A PNG is animated when an acTL chunk stands before its first IDAT. Chunks: length, type, data, checksum.
bool is_animated_png(std::string_view bytes) {
  constexpr std::size_t kSignature = 8, kFrame = 12;
  std::size_t at = kSignature;
  while (at + kFrame <= bytes.size()) {
    const std::string_view type = bytes.substr(at + 4, 4);
    if (type == "acTL") return true;
    if (type == "IDAT") return false;
    at += kFrame + std::size_t{big_endian(bytes.substr(at))};
  }
  return false;
}

vision::Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::string compact_base64(std::string_view text) {
  std::string compact;
  compact.reserve(text.size());
  std::copy_if(text.begin(), text.end(), std::back_inserter(compact), [](char c) { return !is_space(c); });
  return compact;
}

std::expected<void, std::string> check_image_fixture(const ImageFixture& fixture) {
  const vision::Limits limits;
  const auto bytes = evidence::decode_base64(fixture.data_base64, limits.bytes);
  if (!bytes) {
    const bool large = bytes.error().kind == evidence::Base64Error::Kind::too_large;
    return std::unexpected(large ? fmt::format("the picture is larger than {} bytes", limits.bytes)
                                 : fmt::format("data_base64 is not base64 at character {}", bytes.error().offset));
  }
  const std::string hash = digest::hex(digest::sha256(*bytes));
  if (!evidence::equals_ignoring_case(hash, fixture.sha256)) {
    return std::unexpected(fmt::format("sha256 does not agree with data_base64, whose bytes have {}", hash));
  }
  const auto header = vision::read_header(as_bytes(*bytes), fixture.media_type, limits);
  if (!header) return std::unexpected(header.error().detail);
  if (header->format != vision::Format::png && header->format != vision::Format::jpeg) {
    return std::unexpected(fmt::format("the picture is a {}; PNG and JPEG can be fixtures", to_string(header->format)));
  }
  if (header->format == vision::Format::png && is_animated_png(*bytes)) {
    return std::unexpected(std::string("the picture is animated"));
  }
  return {};
}

}  // namespace signalbox::probes
