#include "auth/web_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace signalbox::auth {

namespace {

constexpr std::size_t kMaxName = 253, kMaxLabel = 63;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabel && std::all_of(label.begin(), label.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  });
}

bool is_ipv4(const std::string& host) {
  std::array<std::uint8_t, 4> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1;
}

// Resolvers and other URL readers take a host whose last label is a number for an address, each in its own way.
bool is_name(std::string_view host) {
  if (host.size() > kMaxName) return false;
  std::string_view last;
  for (std::string_view rest = host;;) {
    const std::size_t dot = rest.find('.');
    last = rest.substr(0, dot);
    if (!is_label(last)) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return !is_digit(last.front()) || !(last.starts_with("0x") || std::all_of(last.begin(), last.end(), is_digit));
}

bool read_host(std::string_view text, std::string& host) {
  host.resize(text.size());
  std::transform(text.begin(), text.end(), host.begin(), lower);
  if (host.ends_with('.')) host.pop_back();
  return is_ipv4(host) || is_name(host);
}

bool read_ipv6(std::string_view text, std::string& host) {
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  if (::inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) return false;
  host = ::inet_ntop(AF_INET6, &address, canonical.data(), canonical.size());
  return true;
}

// ":8443", or nothing.
bool read_port(std::string_view text, std::uint16_t& port) {
  if (text.empty()) return true;
  if (text.front() != ':') return false;
  text.remove_prefix(1);
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && stop == text.data() + text.size() && port != 0;
}

// "host", "host:port", "[::1]:port".
bool read_authority(std::string_view text, WebUrl& into) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    return end != std::string_view::npos && read_ipv6(text.substr(1, end - 1), into.host) &&
           read_port(text.substr(end + 1), into.port);
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  return read_host(text.substr(0, colon), into.host) && read_port(text.substr(colon), into.port);
}

// Cuts off the scheme, in any case.
bool take_scheme(std::string_view& text, std::string_view scheme) {
  const bool is = text.size() >= scheme.size() &&
                  std::equal(scheme.begin(), scheme.end(), text.begin(), [](char a, char b) { return a == lower(b); });
  if (is) text.remove_prefix(scheme.size());
  return is;
}

bool is_url_character(char c) {
  return c > ' ' && c < 0x7f && c != '\\' && c != '#';
}

}  // namespace

std::string WebUrl::origin() const {
  const bool v6 = host.find(':') != std::string::npos;
  std::string text = tls ? "https://" : "http://";
  text += v6 ? "[" + host + "]" : host;
  if (port != (tls ? 443 : 80)) text += ":" + std::to_string(port);
  return text;
}

bool WebUrl::is_numeric() const {
  return host.find(':') != std::string::npos || is_ipv4(host);
}

std::expected<WebUrl, std::string> parse_web_url(std::string_view text) {
  WebUrl url;
  if (!std::all_of(text.begin(), text.end(), is_url_character)) {
    return std::unexpected("the URL holds a blank, a control character, a backslash, a fragment, or is not ASCII");
  }
  url.tls = take_scheme(text, "https://");
  if (!url.tls && !take_scheme(text, "http://")) {
    return std::unexpected("the URL must begin with https:// or http://");
  }
  url.port = url.tls ? 443 : 80;
  const std::size_t path = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, path);
  if (authority.find('@') != std::string_view::npos) return std::unexpected("a URL may not hold a user or password");
  if (!read_authority(authority, url)) return std::unexpected("the URL's host or port is malformed");
  if (path != text.size()) url.target = text.substr(path);
  if (url.target.starts_with('?')) url.target.insert(0, "/");
  return url;
}

std::expected<WebUrl, std::string> parse_https_url(std::string_view text) {
  std::expected<WebUrl, std::string> url = parse_web_url(text);
  if (url ? !url->tls : !take_scheme(text, "https://")) return std::unexpected("the URL must begin with https://");
  return url;
}

}  // namespace signalbox::auth
