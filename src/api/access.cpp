#include "api/access.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "router/ip_block.h"

namespace signalbox::api {
namespace {

using gateway::equal_ignoring_case;
using gateway::HttpRequest;

// "example.com:8080" -> "example.com", "[::1]:8080" -> "::1". Empty when it is no authority.
std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view rest = authority.substr(end + 1);
    return rest.empty() || rest.starts_with(':') ? authority.substr(1, end - 1) : std::string_view();
  }
  return authority.substr(0, authority.find(':'));
}

bool is_address(std::string_view host) {
  return !host.contains('/') && router::IpBlock::parse(host).has_value();
}

bool is_loopback(std::string_view host) {
  if (equal_ignoring_case(host, "localhost")) return true;
  return is_address(host) &&
         (router::IpBlock::parse("127.0.0.0/8")->contains(host) || router::IpBlock::parse("::1")->contains(host));
}

bool host_allowed(std::string_view host, std::string_view bind_address, const std::vector<std::string>& names) {
  if (host.empty()) return false;
  if (std::ranges::any_of(names, [&](const std::string& name) { return equal_ignoring_case(name, host); })) return true;
  if (is_loopback(host) || equal_ignoring_case(host, bind_address)) return true;
  const bool wildcard = bind_address == "0.0.0.0" || bind_address == "::";
  return wildcard && is_address(host);
}

// The page that sent the request came from this very host and port.
bool same_origin(std::string_view origin, std::string_view authority) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) return equal_ignoring_case(origin.substr(scheme.size()), authority);
  }
  return false;  // "null" and everything else
}

bool is_read(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

}  // namespace

std::string_view to_string(Access access) {
  switch (access) {
    case Access::granted:
      return "granted";
    case Access::foreign_host:
      return "foreign_host";
    case Access::foreign_origin:
      return "foreign_origin";
  }
  return "foreign_host";
}

std::string_view explain(Access access) {
  switch (access) {
    case Access::granted:
      return "";
    case Access::foreign_host:
      return "this Host is not served here; use localhost or the address that the management port is bound to";
    case Access::foreign_origin:
      return "requests from pages of another origin are refused";
  }
  return "";
}

Access check_access(const HttpRequest& request, std::string_view bind_address, const std::vector<std::string>& names) {
  const std::vector<std::string_view> hosts = request.headers.all("host");
  if (hosts.size() != 1 || !host_allowed(host_of(hosts.front()), bind_address, names)) return Access::foreign_host;
  if (is_read(request.method)) return Access::granted;
  for (const std::string_view origin : request.headers.all("origin")) {
    if (!same_origin(origin, hosts.front())) return Access::foreign_origin;
  }
  const std::optional<std::string_view> site = request.headers.get("sec-fetch-site");
  if (site && *site != "same-origin" && *site != "none") return Access::foreign_origin;
  return Access::granted;
}

}  // namespace signalbox::api
