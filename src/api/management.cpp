#include "api/management.h"

#include <memory>
#include <utility>

#include "api/access.h"
#include "api/answers.h"
#include "api/auth.h"
#include "api/endpoints.h"
#include "api/routes.h"

namespace signalbox::api {
namespace {

using gateway::HttpRequest;
using gateway::HttpResponse;

HttpResponse too_large(const Call& call) {
  return error_answer(call, 413, "REQUEST_BODY_TOO_LARGE", "the body is larger than 10 MiB");
}

// Of the configuration in force. Names come in any case.
const std::vector<std::string>& allowed_hosts(const Call& call) {
  static const std::vector<std::string> kNone;
  return call.snapshot ? call.snapshot->spec->global.services.management_api.allowed_hosts : kNone;
}

std::optional<HttpResponse> refuse_rights(const Call& call, const Needed& needed) {
  static const ManagementAuth kNobody({}, [](const std::string&) { return std::optional<std::string>(); }, "");
  const std::shared_ptr<const ManagementAuth> auth = call.services.auth ? call.services.auth() : nullptr;
  const std::vector<std::string_view> headers = call.request.headers.all("authorization");
  if (headers.size() > 1) return error_answer(call, 400, "INVALID_INPUT", "Authorization is there more than once");
  const Right right =
      (auth ? *auth : kNobody).check(needed, headers.empty() ? std::nullopt : std::optional(headers.front()));
  if (right == Right::granted) return std::nullopt;
  call.services.log.log(telemetry::Level::warn, "management_refused",
                        {{"why", right == Right::forbidden ? "role" : "token"},
                         {"path", call.request.path},
                         {"peer", call.request.peer},
                         {"request_id", call.request.request_id}});
  if (right == Right::forbidden) {
    return error_answer(call, 403, "FORBIDDEN", "the token's role lacks " + std::string(needed.permission));
  }
  if (right == Right::not_configured) {
    return error_answer(call, 503, "MANAGEMENT_AUTH_NOT_CONFIGURED",
                        "there is no management token; see the log of the start, or set SIGNALBOX_MANAGEMENT_TOKEN");
  }
  HttpResponse response = error_answer(call, 401, "UNAUTHORIZED", "this needs a bearer token (see token_file)");
  response.headers.set("WWW-Authenticate", "Bearer realm=\"signalbox\"");
  return response;
}

HttpResponse answer(const Call& call, const RouteTable& routes) {
  const Access access = check_access(call.request, call.services.bind_address, allowed_hosts(call));
  if (access != Access::granted) {
    call.services.log.log(
        telemetry::Level::warn, "management_refused",
        {{"why", to_string(access)}, {"peer", call.request.peer}, {"request_id", call.request.request_id}});
    return error_answer(call, 403, "FORBIDDEN", explain(access));
  }
  const RouteMatch found = routes.find(call.request.method, call.request.path);
  if (found.allowed.empty()) return error_answer(call, 404, "NOT_FOUND", "there is no such endpoint");
  if (found.route == nullptr) {
    HttpResponse response = error_answer(call, 405, "METHOD_NOT_ALLOWED", "this endpoint takes " + found.allowed);
    response.headers.set("Allow", found.allowed);
    return response;
  }
  if (call.request.body.size() > kMaxManagementBody) return too_large(call);
  if (auto refusal = refuse_rights(call, found.route->needed)) return std::move(*refusal);
  return found.route->endpoint(call);
}

// What is written here must reach the client in our shape, whatever happens; the text of an exception goes to the log.
HttpResponse answer_or_500(const Call& call, const RouteTable& routes) {
  try {
    return answer(call, routes);
  } catch (const std::exception& e) {
    call.services.log.log(telemetry::Level::error, "management_failed",
                          {{"path", call.request.path}, {"request_id", call.request.request_id}, {"error", e.what()}});
    return error_answer(call, 500, "INTERNAL_ERROR", "the server failed to answer this request");
  }
}

}  // namespace

gateway::SyncHandler make_management(const ManagementServices& services) {
  auto routes = std::make_shared<const RouteTable>(management_routes());
  return [services, routes = std::move(routes)](const HttpRequest& request) {
    const Call call{services, services.snapshots.get(), request};
    HttpResponse response = answer_or_500(call, *routes);
    add_common_headers(request, response);
    return response;
  };
}

}  // namespace signalbox::api
