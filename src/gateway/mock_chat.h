// Internal to the gateway: what the demo backend answers to a chat completion, as a pure function of the request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http.h"

namespace signalbox::gateway {

struct MockAnswer {
  bool valid = false;        // else: the body is not a chat completion request
  std::string model;         // without the fault suffix
  std::string fault_suffix;  // what stood behind '@'
  bool stream = false;
  bool include_usage = false;
  std::string text;  // of the answer; empty when a tool is called
  std::string tool_name;
  std::string tool_arguments;  // JSON
  std::uint64_t prompt_tokens = 0;
  std::uint64_t completion_tokens = 0;
};
MockAnswer plan_mock_answer(const HttpRequest& request);

// As one JSON object, and as SSE frames ("data: …\n\n", the last is [DONE]).
std::string to_completion(const MockAnswer& answer, std::string_view id, std::int64_t created);
std::vector<std::string> to_frames(const MockAnswer& answer, std::string_view id, std::int64_t created);

}  // namespace signalbox::gateway
