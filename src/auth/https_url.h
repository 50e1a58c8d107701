// An https URL taken apart: for what is fetched by configuration.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace signalbox::auth {

struct HttpsUrl {
  std::string host;  // IPv6 without brackets
  std::uint16_t port = 443;
  std::string target = "/";  // path and query
};

// The error is a sentence. Refused: other schemes, user and password, fragments, white space and control characters.
std::expected<HttpsUrl, std::string> parse_https_url(std::string_view text);

}  // namespace signalbox::auth
