#include "router/backend_target.h"

#include <fmt/format.h>

#include <charconv>

namespace signalbox::router {

namespace {

struct Url {
  bool tls = false;
  std::string host;
  int port = 0;  // 0: the scheme's default
  std::string path;
};

std::expected<Url, std::string> parse_url(std::string_view text, std::string_view default_scheme) {
  Url url;
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
  std::string_view authority = text.substr(0, slash);
  if (slash != std::string_view::npos) url.path = text.substr(slash);
  if (authority.find('@') != std::string_view::npos) return std::unexpected("a URL may not hold a user or password");
  std::string_view port;
  if (authority.starts_with('[')) {  // IPv6
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return std::unexpected("an IPv6 address needs a closing bracket");
    url.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
    if (port.starts_with(':')) port.remove_prefix(1);
  } else {
    const std::size_t colon = authority.rfind(':');
    url.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
  }
  if (url.host.empty()) return std::unexpected("the host is missing");
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc() || end != port.data() + port.size() || url.port < 1 || url.port > 65535) {
      return std::unexpected(fmt::format("\"{}\" is not a port", port));
    }
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

}  // namespace

std::expected<BackendTarget, std::string> backend_target(const BackendSpec& spec, const config::Environment& environment) {
  const bool by_base = !spec.base_url.empty();
  const std::expected<Url, std::string> url =
      parse_url(by_base ? std::string_view(spec.base_url) : std::string_view(spec.endpoint), spec.protocol);
  if (!url) return std::unexpected(url.error());
  BackendTarget target;
  target.name = spec.name.empty() ? url->host : spec.name;
  target.tls = url->tls;
  target.host = url->host;
  target.port = static_cast<std::uint16_t>(url->port != 0 ? url->port : url->tls ? 443 : 80);
  std::string base = url->path;
  while (base.ends_with('/')) base.pop_back();
  if (!by_base && base.empty()) base = "/v1";
  target.path = base + (spec.chat_path.empty() ? "/chat/completions" : spec.chat_path);
  if (!spec.api_version.empty()) target.path += "?api-version=" + spec.api_version;
  add_credentials(spec, environment, target);
  return target;
}

}  // namespace signalbox::router
