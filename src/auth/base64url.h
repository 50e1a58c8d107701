// Strict base64url without padding (RFC 7515 §2): one text for one sequence of bytes.
//
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::auth {

// Nothing for other characters, padding, white space, an impossible length, or unused bits that are not zero.
std::optional<std::string> decode_base64url(std::string_view text);
std::string encode_base64url(std::string_view bytes);

}  // namespace signalbox::auth
