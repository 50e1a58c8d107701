// An http or https URL taken apart and brought into one form: for what is fetched by configuration, and for URLs of
// clients that are compared with it.
//
// Two spellings of one server give the same host and port: letters of scheme and host become lower case, one dot at the
// host's end goes, a port that is not written is the scheme's, IPv6 is written as inet_ntop does. The target stays as
// it is: what it means is the server's business. Pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace signalbox::auth {

struct WebUrl {
  bool tls = true;
  std::string host;  // IPv6 without brackets
  std::uint16_t port = 443;
  std::string target = "/";  // path and query, percent-encoding kept

  bool same_origin(const WebUrl& other) const { return tls == other.tls && port == other.port && host == other.host; }
  std::string origin() const;  // "https://images.example.com:8443", the port only where it is not the scheme's
  bool is_numeric() const;     // the host is an address
};

// The error is a sentence. Refused: other schemes, user and password, fragments, white space, control characters,
// backslashes (browsers take them for slashes), anything beyond ASCII, and hosts that are neither a name (letters,
// digits, hyphen, underscore; no percent-encoding) nor an address in its usual form: "0x7f.1" and "2130706433" are
// neither.
std::expected<WebUrl, std::string> parse_web_url(std::string_view text);
// As above, and https alone.
std::expected<WebUrl, std::string> parse_https_url(std::string_view text);

}  // namespace signalbox::auth
