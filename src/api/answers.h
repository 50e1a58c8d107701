// Internal to api/: responses in the shapes of the management port. Pure but for the time; any thread.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "api/endpoints.h"
#include "protocol/error.h"

namespace signalbox::api {

// Invalid UTF-8 is replaced: names in a configuration may hold anything.
gateway::HttpResponse json_answer(int status, const nlohmann::ordered_json& body);

// {"error":{"code","message","timestamp","request_id"}}; `code` is an upper-case word.
gateway::HttpResponse error_answer(const Call& call, int status, std::string_view code, std::string_view message);
// The same of a request error: its own code becomes `reason`, its place in the body `param`.
gateway::HttpResponse error_answer(const Call& call, const protocol::Error& error);

// What every response carries: X-Request-Id, and what keeps browsers from guessing, embedding and caching.
void add_common_headers(const gateway::HttpRequest& request, gateway::HttpResponse& response);

std::string timestamp(std::chrono::system_clock::time_point time);  // "2026-08-22T10:15:30.123Z"

}  // namespace signalbox::api
