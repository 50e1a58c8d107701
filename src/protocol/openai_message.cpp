#include <array>
#include <utility>

#include "protocol/openai_parse.h"

namespace signalbox::protocol {
namespace {

using Kind = JsonTree::Kind;

constexpr std::array<std::pair<std::string_view, Role>, 6> kRoles{{{"system", Role::system},
                                                                   {"developer", Role::developer},
                                                                   {"user", Role::user},
                                                                   {"assistant", Role::assistant},
                                                                   {"tool", Role::tool},
                                                                   {"function", Role::function}}};

Checked read_role(JsonValue value, const JsonPath& path, Role& role) {
  std::string_view name;
  if (Checked done = require_string(value, path, name); !done) return done;
  for (const std::pair<std::string_view, Role>& known : kRoles) {
    if (known.first != name) continue;
    role = known.second;
    return {};
  }
  return std::unexpected(invalid_value(path, "must be system, developer, user, assistant, tool or function"));
}

// Reads the messages of one request; the counts run over all of them.
class MessageReader {
 public:
  explicit MessageReader(const RequestLimits& limits) : limits_(limits) {}

  Checked read(JsonValue source, const JsonPath& path, Message& message) {
    if (!source.is(Kind::object)) return std::unexpected(invalid_type(path, "must be an object"));
    message.range = source.node().range;
    if (Checked done = read_role(source["role"], path.key("role"), message.role); !done) return done;
    if (Checked done = read_string(source["name"], path.key("name"), message.name); !done) return done;
    if (Checked done = read_string(source["tool_call_id"], path.key("tool_call_id"), message.tool_call_id); !done) {
      return done;
    }
    if (Checked done = content(source["content"], path.key("content"), message); !done) return done;
    if (Checked done = refusal(source["refusal"], path.key("refusal"), message); !done) return done;
    return calls(source, path, message);
  }

 private:
  Checked content(JsonValue source, const JsonPath& path, Message& message) {
    if (source) message.content = source.node().range;
    if (!is_set(source)) return {};
    if (source.is(Kind::string)) return add_text(source, path, Part::Kind::text, message);
    if (!source.is(Kind::array)) return std::unexpected(invalid_type(path, "must be a string or an array of parts"));
    message.parts.reserve(std::min(source.size(), limits_.max_parts));
    std::size_t index = 0;
    for (JsonValue element = source.first(); element; element = element.next(), ++index) {
      const JsonPath part_path = path.at(index);
      const Parsed<Part> part = parse_part(element, part_path);
      if (!part) return std::unexpected(part.error());
      if (Checked done = add_part(message, *part, part_path, limits_, counts_); !done) return done;
    }
    return {};
  }

  // An assistant's own refusal, beside "content".
  Checked refusal(JsonValue source, const JsonPath& path, Message& message) {
    if (!is_set(source)) return {};
    if (!source.is(Kind::string)) return std::unexpected(invalid_type(path, "must be a string"));
    return add_text(source, path, Part::Kind::refusal, message);
  }

  Checked add_text(JsonValue source, const JsonPath& path, Part::Kind kind, Message& message) {
    Part part;
    part.kind = kind;
    part.type = kind == Part::Kind::text ? "text" : "refusal";
    part.text = source.string_or();
    part.range = source.node().range;
    part.text_range = part.range;
    return add_part(message, part, path, limits_, counts_);
  }

  Checked calls(JsonValue source, const JsonPath& path, Message& message) {
    const JsonPath calls_path = path.key("tool_calls");
    const Parsed<JsonValue> list = read_array(source["tool_calls"], calls_path);
    if (!list) return std::unexpected(list.error());
    message.tool_calls.reserve(list->size());
    std::size_t index = 0;
    for (JsonValue call = list->first(); call; call = call.next(), ++index) {
      if (Checked done = parse_tool_call(call, calls_path.at(index), message.tool_calls.emplace_back()); !done) {
        return done;
      }
    }
    const JsonValue older = source["function_call"];
    if (!is_set(older)) return {};
    return parse_function_call(older, path.key("function_call"), message.tool_calls.emplace_back());
  }

  const RequestLimits& limits_;
  PartCounts counts_;
};

}  // namespace

std::string_view to_string(Role role) {
  for (const std::pair<std::string_view, Role>& known : kRoles) {
    if (known.second == role) return known.first;
  }
  return "unknown";
}

Checked parse_messages(JsonValue messages, const JsonPath& path, const RequestLimits& limits, Request& request) {
  if (!messages.is(Kind::array)) return std::unexpected(invalid_type(path, "must be an array"));
  if (messages.size() == 0) return std::unexpected(invalid_value(path, "must not be empty"));
  if (messages.size() > limits.max_messages) {
    return std::unexpected(over_limit(path, "too_many_messages", limits.max_messages));
  }
  request.messages_range = messages.node().range;
  request.messages.reserve(messages.size());
  MessageReader reader(limits);
  std::size_t index = 0;
  for (JsonValue message = messages.first(); message; message = message.next(), ++index) {
    if (Checked done = reader.read(message, path.at(index), request.messages.emplace_back()); !done) return done;
  }
  return {};
}

}  // namespace signalbox::protocol
