#include "api/management.h"

#include <memory>
#include <utility>

#include "api/access.h"
#include "api/answers.h"
#include "api/endpoints.h"
#include "api/routes.h"

namespace signalbox::api {
namespace {

using gateway::HttpRequest;
using gateway::HttpResponse;

HttpResponse too_large(const Call& call) {
  return error_answer(call, 413, "REQUEST_BODY_TOO_LARGE", "the body is larger than 10 MiB");
}

HttpResponse answer(const Call& call, const RouteTable& routes) {
  if (const Access access = check_access(call.request, call.services.bind_address); access != Access::granted) {
    call.services.log.log(
        telemetry::Level::warn, "management_refused",
        {{"why", to_string(access)}, {"peer", call.request.peer}, {"request_id", call.request.request_id}});
    return error_answer(call, 403, "FORBIDDEN", explain(access));
  }
  const RouteMatch found = routes.find(call.request.method, call.request.path);
  if (found.allowed.empty()) return error_answer(call, 404, "NOT_FOUND", "there is no such endpoint");
  if (found.endpoint == nullptr) {
    HttpResponse response = error_answer(call, 405, "METHOD_NOT_ALLOWED", "this endpoint takes " + found.allowed);
    response.headers.set("Allow", found.allowed);
    return response;
  }
  if (call.request.body.size() > kMaxManagementBody) return too_large(call);
  return found.endpoint(call);
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
