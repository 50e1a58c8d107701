// Which proxy a backend is reached through: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in lower or upper case (lower first).
//
// http_proxy serves backends of plain http, https_proxy those of https. no_proxy lists, by commas: "*", names (the name
// itself and everything below it, with or without a dot in front), addresses, CIDR blocks; each with a port if only
// that is meant. Loopback and localhost are never reached through a proxy. Read once, at start.
//
// Immutable; any thread. Passwords never leave it but as the header for the proxy.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"

namespace signalbox::gateway {

struct ProxyServer {
  std::string host;  // IPv6 without brackets
  std::uint16_t port = 80;
  std::string authorization;  // value of Proxy-Authorization, or ""
};

class ProxySettings {
 public:
  ProxySettings() = default;
  // Throws std::runtime_error with a sentence when a proxy's URL is none, or not http.
  explicit ProxySettings(const config::Environment& environment);
  // Null: directly.
  std::shared_ptr<const ProxyServer> server_for(bool tls, std::string_view host, std::uint16_t port) const;

 private:
  bool is_exempt(std::string_view host, std::uint16_t port) const;
  std::shared_ptr<const ProxyServer> http_, https_;
  std::vector<std::string> exempt_;
};

}  // namespace signalbox::gateway
