#include "vision/payload.h"

#include <fmt/format.h>

#include "evidence/base64.h"

namespace signalbox::vision {

std::expected<std::vector<std::uint8_t>, DecodeError> decode_payload(std::string_view base64, const Limits& limits) {
  using Kind = evidence::Base64Error::Kind;
  const std::expected<std::string, evidence::Base64Error> bytes = evidence::decode_base64(base64, limits.bytes);
  if (bytes && !bytes->empty()) return std::vector<std::uint8_t>(bytes->begin(), bytes->end());
  if (!bytes && bytes.error().kind == Kind::too_large) {
    return std::unexpected(
        DecodeError{DecodeFault::too_large, fmt::format("over the limit of {} bytes", limits.bytes)});
  }
  return std::unexpected(DecodeError{DecodeFault::bad_base64, "not strict base64"});
}

}  // namespace signalbox::vision
