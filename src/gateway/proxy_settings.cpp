#include "gateway/proxy_settings.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "router/ip_block.h"

namespace signalbox::gateway {

namespace {

std::optional<std::string> variable(const config::Environment& environment, std::string name) {
  std::optional<std::string> value = environment(name);
  if (!value || value->empty()) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    value = environment(name);
  }
  return value && !value->empty() ? value : std::nullopt;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      result += static_cast<char>(byte);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string basic(std::string_view user_and_password) {
  const std::string plain = percent_decoded(user_and_password);
  std::string encoded(4 * ((plain.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(plain.data()), static_cast<int>(plain.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return "Basic " + encoded;
}

// "host", "host:port", "[v6]", "[v6]:port". Nullopt: none of these.
std::optional<std::pair<std::string, std::uint16_t>> host_and_port(std::string_view text, std::uint16_t otherwise) {
  std::string_view host = text, port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = text.substr(1, close - 1);
    port = text.substr(close + 1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    host = text.substr(0, text.find(':'));
    port = text.substr(text.find(':'));
  }
  if (host.empty()) return std::nullopt;
  if (port.empty()) return std::pair(std::string(host), otherwise);
  std::uint16_t number = 0;
  const char* const end = port.data() + port.size();
  if (port.front() != ':' || std::from_chars(port.data() + 1, end, number).ptr != end || number == 0) {
    return std::nullopt;
  }
  return std::pair(std::string(host), number);
}

std::shared_ptr<const ProxyServer> server_of(const config::Environment& environment, const std::string& name) {
  const std::optional<std::string> value = variable(environment, name);
  if (!value) return nullptr;
  std::string_view url = *value;
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos && url.substr(0, scheme) != "http") {
    throw std::runtime_error(fmt::format("{}: a proxy is reached by http://, not {}://", name, url.substr(0, scheme)));
  }
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  ProxyServer server;
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
    server.authorization = basic(url.substr(0, at));
    url.remove_prefix(at + 1);
  }
  const auto place = host_and_port(url, 80);
  if (!place) throw std::runtime_error(name + ": not the URL of a proxy (expected http://host:port)");
  server.host = place->first;
  server.port = place->second;
  return std::make_shared<const ProxyServer>(std::move(server));
}

bool ends_with_ignoring_case(std::string_view text, std::string_view end) {
  if (end.size() > text.size()) return false;
  return std::equal(end.begin(), end.end(), text.end() - static_cast<std::ptrdiff_t>(end.size()),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

// The name itself, or one below it.
bool is_below(std::string_view host, std::string_view domain) {
  while (domain.starts_with('.')) domain.remove_prefix(1);
  if (domain.empty() || !ends_with_ignoring_case(host, domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

bool is_loopback(std::string_view host) {
  static const std::optional<router::IpBlock> v4 = router::IpBlock::parse("127.0.0.0/8");
  return is_below(host, "localhost") || host == "::1" || v4->contains(host);
}

}  // namespace

ProxySettings::ProxySettings(const config::Environment& environment)
    : http_(server_of(environment, "http_proxy")), https_(server_of(environment, "https_proxy")) {
  const std::string list = variable(environment, "no_proxy").value_or("");
  std::string entry;
  for (const char c : list + ",") {
    if (c == ',' && !entry.empty()) exempt_.push_back(std::exchange(entry, {}));
    if (c != ',' && c != ' ' && c != '\t') entry += c;
  }
}

std::shared_ptr<const ProxyServer> ProxySettings::server_for(bool tls, std::string_view host,
                                                             std::uint16_t port) const {
  const std::shared_ptr<const ProxyServer>& server = tls ? https_ : http_;
  return server == nullptr || is_loopback(host) || is_exempt(host, port) ? nullptr : server;
}

bool ProxySettings::is_exempt(std::string_view host, std::uint16_t port) const {
  return std::any_of(exempt_.begin(), exempt_.end(), [&](const std::string& entry) {
    if (entry == "*") return true;
    if (const auto block = router::IpBlock::parse(entry)) return block->contains(host);
    const auto place = host_and_port(entry, port);
    if (!place || place->second != port) return false;
    const auto address = router::IpBlock::parse(place->first);
    return address ? address->contains(host) : is_below(host, place->first);
  });
}

}  // namespace signalbox::gateway
