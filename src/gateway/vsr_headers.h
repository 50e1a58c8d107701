// The x-vsr-* response headers (schema version 2) and ours about what was unknown.
//
// Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "gateway/http.h"
#include "router/judge.h"

namespace signalbox::gateway {

inline constexpr std::string_view kSchemaVersion = "2";

// Bytes that a header value may not hold (and `%`) are percent-encoded.
std::string header_value(std::string_view text);

// On every response of the gateway. `path`: upstream | fast_response | blocked | error.
void add_base_headers(Headers& headers, std::string_view path);
// What was decided; on answers of a model and fast responses.
void add_decision_headers(Headers& headers, const router::Judgement& judgement);
// Signals that were unknown or assumed, when there are any.
void add_unknown_headers(Headers& headers, const router::Judgement& judgement);
// x-vsr-debug: true.
void add_debug_headers(Headers& headers, const router::Judgement& judgement, bool injected_system_prompt);

}  // namespace signalbox::gateway
