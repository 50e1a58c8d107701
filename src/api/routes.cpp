#include "api/routes.h"

#include "web/assets.h"

namespace signalbox::api {

RouteMatch RouteTable::find(std::string_view method, std::string_view path) const {
  RouteMatch match;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    if (route.path != path) continue;
    if (route.method == wanted) match.route = &route;
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  return match;
}

RouteTable management_routes() {
  constexpr Needed kReadConfig{"config.read"}, kWriteConfig{"config.write", true}, kClassify{"classify.invoke"};
  std::vector<Route> routes = {
      {"GET", "/health", get_health},
      {"GET", "/ready", get_ready},
      {"GET", "/metrics", get_metrics, {"metrics.read"}},
      {"POST", "/api/v1/eval", post_eval, kClassify},
      {"POST", "/api/v1/embeddings", post_embeddings, kClassify},
      {"GET", "/api/v1/embeddings/models", get_embedding_models, {"config.read"}},
      {"POST", "/api/v1/similarity", post_similarity, kClassify},
      {"POST", "/api/v1/similarity/batch", post_similarity_batch, kClassify},
      {"POST", "/api/v1/classify/intent", post_classify_intent, kClassify},
      {"POST", "/api/v1/classify/fact-check", post_classify_fact_check, kClassify},
      {"POST", "/api/v1/classify/user-feedback", post_classify_user_feedback, kClassify},
      {"POST", "/api/v1/classify/batch", post_classify_batch, kClassify},
      {"POST", "/api/v1/classify/pii", post_classify_pii, kClassify},
      {"POST", "/api/v1/classify/security", post_classify_security, kClassify},
      {"POST", "/api/v1/classify/combined", post_classify_combined, kClassify},
      {"GET", "/config/router", get_config, kReadConfig},
      {"PUT", "/config/router", put_config, kWriteConfig},
      {"PATCH", "/config/router", patch_config, kWriteConfig},
      {"POST", "/config/router/validate", post_validate, kReadConfig},
      {"POST", "/config/router/reload", post_reload, kWriteConfig},
      {"POST", "/config/router/rollback", post_rollback, kWriteConfig},
      {"GET", "/config/router/versions", get_versions, kReadConfig},
      {"GET", "/config/hash", get_config_hash, kReadConfig},
      {"GET", "/info", get_info, {"config.read"}},
      {"GET", "/info/models", get_info_models, {"config.read"}},
      {"GET", "/", get_page},  // the page holds nothing of this router; what it asks for is asked with a token
  };
  for (const web::Asset& asset : web::assets()) routes.push_back({"GET", asset.path, get_page});
  return RouteTable(std::move(routes));
}

}  // namespace signalbox::api
