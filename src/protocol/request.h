// One request of any client protocol, as the rest of Signalbox sees it: messages, parts, tools, and where each of them
// stands in the original bytes.
//
// Everything is a view into the JsonTree that the Request owns. Immutable after parse; movable; safe to read from many
// threads. Unknown members are not lost: they stay in the bytes, and `members` lists every top-level one.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/error.h"
#include "protocol/json_tree.h"

namespace signalbox::protocol {

enum class Role : std::uint8_t { system, developer, user, assistant, tool, function };
std::string_view to_string(Role role);

struct Part {
  enum class Kind : std::uint8_t { text, image, audio, file, refusal, other };
  Kind kind = Kind::text;
  std::string_view type{};      // the part's "type" as sent
  std::string_view text{};      // text, refusal
  Range text_range{};           // its literal, with quotes; empty when there is no text
  std::string_view url{};       // image: image_url.url (data: URI or remote URL)
  Range url_range{};            // image: the URL, with quotes
  std::string_view detail{};    // image: image_url.detail
  std::string_view data{};      // audio: base64; file: file_data
  std::string_view format{};    // audio: "wav", "mp3"
  std::string_view file_id{};   // file
  std::string_view filename{};  // file
  Range range{};                // the whole part
};

struct ToolCall {
  std::string_view id{};
  std::string_view name{};
  std::string_view arguments{};  // the arguments string, unescaped: JSON text by convention, whatever the model wrote
  Range arguments_range{};       // its literal, with quotes; empty when there are none
  Range range{};
};

struct Message {
  Role role = Role::user;
  std::string_view name{};
  std::vector<Part> parts{};           // string content is one text part
  std::vector<ToolCall> tool_calls{};  // assistant (tool_calls and the older function_call)
  std::string_view tool_call_id{};     // role tool
  Range range{};                       // the whole message object
  Range content{};                     // the value of "content"; empty when absent
};

struct Tool {
  std::string_view name{};
  std::string_view description{};
  std::string_view parameters{};  // raw JSON as sent
  Range range{};
};

// A top-level member of the body.
struct Member {
  std::string_view key{};
  Range key_range{};  // with quotes
  Range value{};
};

struct RequestLimits {
  JsonLimits json;
  std::size_t max_messages = 4096;
  std::size_t max_parts = 16384;  // over all messages
  std::size_t max_images = 64;
  std::size_t max_tools = 1024;
};

struct Request {
  JsonTree tree;
  std::string_view model{};
  Range model_range{};  // with quotes
  bool stream = false;
  bool include_usage = false;  // stream_options.include_usage
  std::vector<Message> messages{};
  Range messages_range{};          // the array
  std::vector<Tool> tools{};       // tools[] and the older functions[]
  std::string_view tool_choice{};  // "auto", "none", "required", a function's name, or ""
  std::vector<std::pair<std::string_view, std::string_view>> metadata{};  // string values as text, others as raw JSON
  std::string_view user{};
  std::string_view response_format{};  // its "type", or ""
  std::string_view reasoning_effort{};
  std::optional<std::int64_t> max_tokens{};  // max_completion_tokens, else max_tokens
  std::vector<Member> members{};

  std::string_view body() const { return tree.body(); }
};

// OpenAI Chat Completions. Refuses what JsonTree refuses, a body that is not an object, missing or empty messages,
// a missing or non-string model, roles and parts of the wrong type, and anything over the limits; names the member.
std::expected<Request, Error> parse_openai_chat(std::string_view body, const RequestLimits& limits = {});

}  // namespace signalbox::protocol
