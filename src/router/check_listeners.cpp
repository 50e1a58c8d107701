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

// An address that this process will bind, and where it is written.
struct Socket {
  const std::string& address;
  std::string path;  // of the address
  bool client_certificates = false;
};

void check_address(const RootSpec& root, const Socket& socket, config::Diagnostics& diagnostics) {
  if (!is_address(socket.address)) {
    diagnostics.error(socket.path, "bad_address", fmt::format("\"{}\" is not an IPv4 or IPv6 address", socket.address),
                      "127.0.0.1");
    return;
  }
  if (is_loopback(socket.address) || socket.client_certificates) return;
  const std::string message =
      fmt::format("{} accepts requests from other machines without client authentication", socket.address);
  const std::string remedy = "listen on 127.0.0.1 behind a proxy";
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
    const bool client_certificates = listener.tls && !listener.tls->client_ca_file.empty();
    check_address(root, {listener.address, config::join(listener.path, "address"), client_certificates}, diagnostics);
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
  check_address(root, {management.bind_address, "global.services.management_api.bind_address"}, diagnostics);
}

void check_trusted_proxies(const AuthzSpec& authz, config::Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < authz.trusted_proxies.size(); ++i) {
    if (IpBlock::parse(authz.trusted_proxies[i])) continue;
    diagnostics.error(config::join(config::join(authz.path, "trusted_proxies"), i), "bad_value",
                      fmt::format("\"{}\" is not an address or CIDR block", authz.trusted_proxies[i]), "10.0.0.0/8");
  }
}

}  // namespace signalbox::router
