// The pieces of the OpenAI Chat parser, shared by parse_openai_chat and parse_eval_request. Not for other folders.
//
// Each reads one member of a body into a Request and answers with the first wrong type or exceeded limit it finds.
#pragma once

#include "protocol/json_members.h"
#include "protocol/request.h"

namespace signalbox::protocol {

// messages[]: openai_message.cpp and openai_part.cpp.
Checked parse_messages(JsonValue messages, const JsonPath& path, const RequestLimits& limits, Request& request);

// Counts over all messages of a request.
struct PartCounts {
  std::size_t parts = 0;
  std::size_t images = 0;
};
// One element of a content array.
Parsed<Part> parse_part(JsonValue part, const JsonPath& path);
// Adds a part, within the limits.
Checked add_part(Message& message, const Part& part, const JsonPath& path, const RequestLimits& limits,
                 PartCounts& counts);

// tools[], functions[], tool_choice, function_call: openai_tools.cpp.
Checked parse_tools(JsonValue body, const JsonPath& path, const RequestLimits& limits, Request& request);
Checked parse_tool_call(JsonValue call, const JsonPath& path, ToolCall& out);
Checked parse_function_call(JsonValue call, const JsonPath& path, ToolCall& out);

// Everything but model and messages: openai_request.cpp.
Checked parse_parameters(JsonValue body, const JsonPath& path, Request& request);
// Model, messages, tools and parameters, each if present.
Checked parse_chat_members(JsonValue body, const RequestLimits& limits, Request& request);
// The parsed body as an object, with `members` filled; everything else still to be read.
Parsed<Request> open_body(std::string_view body, const RequestLimits& limits);

}  // namespace signalbox::protocol
