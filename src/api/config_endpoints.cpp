// GET /config/router, GET /config/hash, POST /config/router/validate: the configuration in force, and one that might
// be.
#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/validate_json.h"
#include "config/load.h"
#include "config/render.h"
#include "router/root_spec.h"

namespace signalbox::api {

using gateway::HttpResponse;
using Json = nlohmann::ordered_json;

std::optional<std::string> yaml_of(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("yaml")) return body;
  if (!json["yaml"].is_string()) return std::nullopt;
  return json["yaml"].get<std::string>();
}

std::string redacted_json(const router::Loaded& loaded) {
  router::RootSpec shape;
  const std::vector<std::string> secrets = config::secret_paths(*loaded.document, config::ref(shape));
  return config::to_json(loaded.document->root, secrets).dump(-1, ' ', false, Json::error_handler_t::replace);
}

HttpResponse get_config(const Call& call) {
  const ConfigDocument document = call.services.config();
  HttpResponse response = gateway::json_response(200, document.json);
  response.headers.set("ETag", '"' + document.fingerprint + '"');
  return response;
}

HttpResponse get_config_hash(const Call& call) {
  const std::string loaded = call.services.config().fingerprint;
  const std::string active = call.snapshot != nullptr ? call.snapshot->fingerprint : "";
  return json_answer(200, {{"hash", loaded},
                           {"runtime_hash", active},
                           {"active_hash", active},
                           {"status", loaded == active ? "in_sync" : "reloading"}});
}

HttpResponse post_validate(const Call& call) {
  const std::optional<std::string> yaml = yaml_of(call.request.body);
  if (!yaml) return error_answer(call, 400, "INVALID_INPUT", "yaml must be a string");
  if (yaml->find_first_not_of(" \t\r\n") == std::string::npos) {
    return error_answer(call, 400, "INVALID_INPUT", "send the configuration as the body, or as {\"yaml\": \"…\"}");
  }
  return json_answer(200, validate_json(call.services.validate(*yaml)));
}

}  // namespace signalbox::api
