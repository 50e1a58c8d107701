#include "api/answers.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace signalbox::api {

using gateway::HttpResponse;
using Json = nlohmann::ordered_json;

namespace {

// The page may load its own script and style and ask its own server; pictures are shown from data and object URLs.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

Json error_json(const Call& call, std::string_view code, std::string_view message) {
  Json error = Json::object();
  error["code"] = code;
  error["message"] = message;
  error["timestamp"] = timestamp(call.services.clock.system_now());
  error["request_id"] = call.request.request_id;
  return error;
}

std::string_view code_of(int status) {
  switch (status) {
    case 404:
      return "NOT_FOUND";
    case 413:
      return "REQUEST_BODY_TOO_LARGE";
    case 503:
      return "UNAVAILABLE";
    default:
      return status >= 500 ? "INTERNAL_ERROR" : "INVALID_INPUT";
  }
}

}  // namespace

HttpResponse json_answer(int status, const Json& body) {
  return gateway::json_response(status, body.dump(-1, ' ', false, Json::error_handler_t::replace));
}

HttpResponse error_answer(const Call& call, int status, std::string_view code, std::string_view message) {
  return json_answer(status, {{"error", error_json(call, code, message)}});
}

HttpResponse error_answer(const Call& call, const protocol::Error& error) {
  Json json = error_json(call, code_of(error.status), error.message);
  if (!error.code.empty()) json["reason"] = error.code;
  if (!error.param.empty()) json["param"] = error.param;
  return json_answer(error.status, {{"error", std::move(json)}});
}

void add_common_headers(const gateway::HttpRequest& request, HttpResponse& response) {
  if (!request.request_id.empty()) response.headers.set("X-Request-Id", request.request_id);
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Content-Security-Policy", std::string(kPolicy));
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
}

std::string timestamp(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     milliseconds);
}

}  // namespace signalbox::api
