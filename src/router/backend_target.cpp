#include "router/backend_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace signalbox::router {

namespace {

struct Url {
  bool tls = false;
  std::string host;
  int port = 0;  // 0: the scheme's default
  std::string path;
};

// Fills the host and returns what stands behind it: nothing, or a colon and a port.
std::expected<std::string_view, std::string> split_host(std::string_view authority, std::string& host) {
  if (!authority.starts_with('[')) {
    const std::size_t colon = authority.find(':');
    host = authority.substr(0, colon);
    if (colon == std::string_view::npos) return std::string_view();
    if (authority.find(':', colon + 1) != std::string_view::npos) {
      return std::unexpected("an IPv6 address stands in brackets: [::1]:8000");
    }
    return authority.substr(colon);
  }
  const std::size_t close = authority.find(']');
  if (close == std::string_view::npos) return std::unexpected("an IPv6 address needs a closing bracket");
  host = authority.substr(1, close - 1);
  const std::string_view rest = authority.substr(close + 1);
  if (!rest.empty() && rest.front() != ':') return std::unexpected("a port is set off by a colon: [::1]:8000");
  return rest;
}

bool is_url_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '?' && c != '#'; });
}

std::expected<Url, std::string> parse_url(std::string_view text, std::string_view default_scheme) {
  Url url;
  if (!is_url_text(text)) return std::unexpected("a URL here has no spaces, no query and no fragment, and is ASCII");
  std::string_view scheme = default_scheme;
  if (const std::size_t colon = text.find("://"); colon != std::string_view::npos) {
    scheme = text.substr(0, colon);
    text.remove_prefix(colon + 3);
  }
  if (scheme != "http" && scheme != "https") {
    return std::unexpected(fmt::format("the scheme must be http or https, found \"{}\"", scheme));
  }
  url.tls = scheme == "https";
  const std::size_t slash = text.find('/');
  const std::string_view authority = text.substr(0, slash);
  if (slash != std::string_view::npos) url.path = text.substr(slash);
  if (authority.find('@') != std::string_view::npos) return std::unexpected("a URL may not hold a user or password");
  const std::expected<std::string_view, std::string> port = split_host(authority, url.host);
  if (!port) return std::unexpected(port.error());
  if (url.host.empty()) return std::unexpected("the host is missing");
  if (port->empty()) return url;
  const std::string_view digits = port->substr(1);  // behind the colon
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
  if (error != std::errc() || end != digits.data() + digits.size() || url.port < 1 || url.port > 65535) {
    return std::unexpected(fmt::format("\"{}\" is not a port", digits));
  }
  return url;
}

void add_credentials(const BackendSpec& spec, const config::Environment& environment, BackendTarget& target) {
  std::string key = spec.api_key;
  if (key.empty() && !spec.api_key_env.empty()) {
    key = environment(spec.api_key_env).value_or("");
    if (key.empty()) target.missing_key_env = spec.api_key_env;
  }
  for (const auto& [name, value] : spec.extra_headers) target.headers.emplace_back(name, value);
  if (key.empty()) return;
  const std::string header = spec.auth_header.empty() ? "Authorization" : spec.auth_header;
  const bool bare = spec.auth_prefix.empty() && !spec.auth_header.empty();
  const std::string prefix = spec.auth_prefix.empty() && !bare ? "Bearer" : spec.auth_prefix;
  target.headers.emplace_back(header, prefix.empty() ? key : prefix + " " + key);
}

std::optional<std::chrono::milliseconds> milliseconds(const std::optional<config::Duration>& duration) {
  if (!duration) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(duration->value);
}

void add_limits(const BackendSpec& spec, BackendTarget& target) {
  target.weight = static_cast<std::uint32_t>(spec.weight);
  target.ca_file = spec.ca_file;
  target.tls_verify = spec.tls_verify;
  target.max_connections = static_cast<std::size_t>(spec.max_connections);
  target.max_pending = static_cast<std::size_t>(spec.max_pending);
  if (!spec.timeouts) return;
  target.connect_timeout = milliseconds(spec.timeouts->connect);
  target.first_byte_timeout = milliseconds(spec.timeouts->first_byte);
  target.idle_timeout = milliseconds(spec.timeouts->idle);
}

}  // namespace

std::expected<BackendTarget, std::string> backend_target(const BackendSpec& spec,
                                                         const config::Environment& environment) {
  const bool by_base = !spec.base_url.empty();
  const std::expected<Url, std::string> url =
      parse_url(by_base ? std::string_view(spec.base_url) : std::string_view(spec.endpoint), spec.protocol);
  if (!url) return std::unexpected(url.error());
  BackendTarget target;
  target.tls = url->tls;
  target.host = url->host;
  target.port = static_cast<std::uint16_t>(url->port != 0 ? url->port : url->tls ? 443 : 80);
  target.name = spec.name.empty() ? fmt::format("{}:{}", target.host, target.port) : spec.name;
  std::string base = url->path;
  while (base.ends_with('/')) base.pop_back();
  if (!by_base && base.empty()) base = "/v1";
  const std::string chat = spec.chat_path.empty() ? "/chat/completions" : spec.chat_path;
  if (!spec.api_version.empty()) target.query = "?api-version=" + spec.api_version;
  target.path = base + (chat.starts_with('/') ? chat : "/" + chat) + target.query;
  target.base_path = std::move(base);
  add_credentials(spec, environment, target);
  add_limits(spec, target);
  return target;
}

}  // namespace signalbox::router
