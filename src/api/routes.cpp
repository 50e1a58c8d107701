#include "api/routes.h"

#include "web/assets.h"

namespace signalbox::api {

RouteMatch RouteTable::find(std::string_view method, std::string_view path) const {
  RouteMatch match;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    if (route.path != path) continue;
    if (route.method == wanted) match.endpoint = route.endpoint;
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  return match;
}

RouteTable management_routes() {
  std::vector<Route> routes = {
      {"GET", "/health", get_health},           {"GET", "/ready", get_ready},
      {"GET", "/metrics", get_metrics},         {"POST", "/api/v1/eval", post_eval},
      {"GET", "/config/router", get_config},    {"POST", "/config/router/validate", post_validate},
      {"GET", "/config/hash", get_config_hash}, {"GET", "/info", get_info},
      {"GET", "/info/models", get_info_models}, {"GET", "/", get_page},
  };
  for (const web::Asset& asset : web::assets()) routes.push_back({"GET", asset.path, get_page});
  return RouteTable(std::move(routes));
}

}  // namespace signalbox::api
