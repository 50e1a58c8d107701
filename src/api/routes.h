// Internal to api/: which function answers which method and path. Immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/auth.h"
#include "api/endpoints.h"

namespace signalbox::api {

using Endpoint = gateway::HttpResponse (*)(const Call&);

struct Route {
  std::string_view method, path;
  Endpoint endpoint;
  Needed needed = {};
};

struct RouteMatch {
  const Route* route = nullptr;  // null: the path exists, but not with this method
  std::string allowed;           // for Allow; empty: no such path
};

class RouteTable {
 public:
  explicit RouteTable(std::vector<Route> routes) : routes_(std::move(routes)) {}
  // HEAD is answered wherever GET is; the server leaves the body out.
  RouteMatch find(std::string_view method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

RouteTable management_routes();

}  // namespace signalbox::api
