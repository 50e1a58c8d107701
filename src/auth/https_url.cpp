#include "auth/https_url.h"

#include <algorithm>
#include <charconv>

namespace signalbox::auth {

namespace {

// "host", "host:port", "[::1]:port". False when it is none of them.
bool read_authority(std::string_view text, HttpsUrl& into) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    into.host = text.substr(1, end - 1);
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) return false;
    if (!rest.empty()) port = rest.substr(1);
    if (!rest.empty() && port.empty()) return false;
  } else {
    const std::size_t colon = text.find(':');
    into.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon + 1);
    if (colon != std::string_view::npos && port.empty()) return false;
  }
  if (into.host.empty()) return false;
  if (port.empty()) return true;
  const auto [stop, error] = std::from_chars(port.data(), port.data() + port.size(), into.port);
  return error == std::errc() && stop == port.data() + port.size() && into.port != 0;
}

}  // namespace

std::expected<HttpsUrl, std::string> parse_https_url(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  if (!text.starts_with(kScheme)) return std::unexpected("the URL must begin with https://");
  if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c == 0x7f || c == '#'; })) {
    return std::unexpected("the URL holds a blank, a control character or a fragment");
  }
  text.remove_prefix(kScheme.size());
  const std::size_t path = text.find_first_of("/?");
  const std::string_view authority = text.substr(0, path);
  if (authority.find('@') != std::string_view::npos) return std::unexpected("a URL may not hold a user or password");
  HttpsUrl url;
  if (!read_authority(authority, url)) return std::unexpected("the URL's host or port is malformed");
  if (path != std::string_view::npos) url.target = text.substr(path);
  if (url.target.starts_with('?')) url.target.insert(0, "/");
  return url;
}

}  // namespace signalbox::auth
