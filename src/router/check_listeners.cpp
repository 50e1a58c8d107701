// Where requests come in: addresses, ports, and who may say who the sender is.
#include <fmt/format.h>

#include "router/checks.h"
#include "router/ip_block.h"

namespace signalbox::router {

namespace {

bool is_address(const std::string& text) {
  return text.find('/') == std::string::npos && IpBlock::parse(text).has_value();
}

bool is_loopback(const std::string& address) {
  static const std::optional<IpBlock> kV4 = IpBlock::parse("127.0.0.0/8");
  static const std::optional<IpBlock> kV6 = IpBlock::parse("::1");
  return kV4->contains(address) || kV6->contains(address);
}

// Sockets on these two addresses would take the same port from each other.
bool overlap(const std::string& a, const std::string& b) {
  const auto any = [](const std::string& address) { return address == "0.0.0.0" || address == "::"; };
  return a == b || any(a) || any(b);
}

// Does whoever sends a request to this listener have to say who it is?
bool asks_who(const RootSpec& root, const ListenerSpec& listener) {
  if (listener.tls && !listener.tls->client_ca_file.empty()) return true;  // a client certificate
  const auth::ClientAuthSpec& clients = root.global.services.client_auth;
  const bool any = !clients.api_keys.empty() || clients.jwt || !listener.api_keys.empty();
  return any && !clients.optional;
}

// An address that this process will bind, and where it is written.
struct Socket {
  const std::string& address;
  std::string path;  // of the address
  std::string_view remedy;
};

constexpr std::string_view kRemedy = "set global.services.client_auth, or listen on 127.0.0.1 behind a proxy";
constexpr std::string_view kManagementRemedy = "listen on 127.0.0.1 behind a proxy";

bool check_form(const std::string& address, const std::string& path, config::Diagnostics& diagnostics) {
  if (is_address(address)) return true;
  diagnostics.error(path, "bad_address", fmt::format("\"{}\" is not an IPv4 or IPv6 address", address), "127.0.0.1");
  return false;
}

void check_address(const RootSpec& root, const Socket& socket, config::Diagnostics& diagnostics) {
  if (!check_form(socket.address, socket.path, diagnostics) || is_loopback(socket.address)) return;
  const std::string message =
      fmt::format("{} accepts requests from other machines without client authentication", socket.address);
  const std::string remedy(socket.remedy);
  if (root.v1()) {
    diagnostics.error(socket.path, "open_listener", message, remedy);
  } else {
    diagnostics.warning(socket.path, "open_listener", message, remedy);
  }
}

}  // namespace

void check_listeners(const RootSpec& root, config::Diagnostics& diagnostics) {
  const ManagementApiSpec& management = root.global.services.management_api;
  for (std::size_t i = 0; i < root.listeners.size(); ++i) {
    const ListenerSpec& listener = root.listeners[i];
    const std::string port_path = config::join(listener.path, "port");
    const std::string address_path = config::join(listener.path, "address");
    if (asks_who(root, listener)) {
      check_form(listener.address, address_path, diagnostics);
    } else {
      check_address(root, {listener.address, address_path, kRemedy}, diagnostics);
    }
    check_listener_options(listener, diagnostics);
    if (listener.port == 0) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (listener.port != root.listeners[j].port || !overlap(listener.address, root.listeners[j].address)) continue;
      diagnostics.error(port_path, "port_clash",
                        fmt::format("port {} is taken by {}", listener.port, root.listeners[j].path));
    }
    if (listener.port == management.port && overlap(listener.address, management.bind_address)) {
      diagnostics.error(
          port_path, "port_clash",
          fmt::format("port {} is the management port (global.services.management_api.port)", listener.port));
    }
  }
  check_address(root, {management.bind_address, "global.services.management_api.bind_address", kManagementRemedy},
                diagnostics);
}

void check_trusted_proxies(const AuthzSpec& authz, config::Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < authz.trusted_proxies.size(); ++i) {
    if (IpBlock::parse(authz.trusted_proxies[i])) continue;
    diagnostics.error(config::join(config::join(authz.path, "trusted_proxies"), i), "bad_value",
                      fmt::format("\"{}\" is not an address or CIDR block", authz.trusted_proxies[i]), "10.0.0.0/8");
  }
}

}  // namespace signalbox::router
