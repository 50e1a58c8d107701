// OpenAI Chat Completions, read from the flat tree. Nothing is copied: texts are views, positions are byte ranges of
// the body. A member we do not know is not looked at and stays in the bytes.
#include "protocol/openai_parse.h"

namespace signalbox::protocol {
namespace {

using Kind = JsonTree::Kind;

Checked read_metadata(JsonValue source, const JsonPath& path, Request& request) {
  const Parsed<JsonValue> object = read_object(source, path);
  if (!object) return std::unexpected(object.error());
  request.metadata.reserve(object->size());
  for (JsonValue member = object->first(); member; member = member.next()) {
    request.metadata.emplace_back(member.node().key, member.is(Kind::string) ? member.string_or() : member.raw());
  }
  return {};
}

Checked read_stream(JsonValue body, const JsonPath& path, Request& request) {
  if (Checked done = read_bool(body["stream"], path.key("stream"), request.stream); !done) return done;
  const JsonPath options_path = path.key("stream_options");
  const Parsed<JsonValue> options = read_object(body["stream_options"], options_path);
  if (!options) return std::unexpected(options.error());
  return read_bool((*options)["include_usage"], options_path.key("include_usage"), request.include_usage);
}

Checked read_response_format(JsonValue source, const JsonPath& path, Request& request) {
  const Parsed<JsonValue> format = read_object(source, path);
  if (!format) return std::unexpected(format.error());
  return read_string((*format)["type"], path.key("type"), request.response_format);
}

Checked read_max_tokens(JsonValue body, const JsonPath& path, Request& request) {
  if (Checked done = read_integer(body["max_tokens"], path.key("max_tokens"), request.max_tokens); !done) return done;
  return read_integer(body["max_completion_tokens"], path.key("max_completion_tokens"), request.max_tokens);
}

Checked read_model(JsonValue source, const JsonPath& path, Request& request) {
  if (Checked done = read_string(source, path, request.model); !done) return done;
  if (!is_set(source)) return {};
  if (request.model.empty()) return std::unexpected(invalid_value(path, "must not be empty"));
  request.model_range = source.node().range;
  return {};
}

}  // namespace

Parsed<Request> open_body(std::string_view body, const RequestLimits& limits) {
  Parsed<JsonTree> tree = JsonTree::parse(body, limits.json);
  if (!tree) return std::unexpected(std::move(tree.error()));
  Request request{.tree = std::move(*tree)};
  const JsonValue root = request.tree.root();
  if (!root.is(Kind::object)) return std::unexpected(invalid_type({}, "must be a JSON object"));
  request.members.reserve(root.size());
  for (JsonValue member = root.first(); member; member = member.next()) {
    request.members.push_back({member.node().key, member.node().key_range, member.node().range});
  }
  return request;
}

Checked parse_parameters(JsonValue body, const JsonPath& path, Request& request) {
  if (Checked done = read_stream(body, path, request); !done) return done;
  if (Checked done = read_metadata(body["metadata"], path.key("metadata"), request); !done) return done;
  if (Checked done = read_response_format(body["response_format"], path.key("response_format"), request); !done) {
    return done;
  }
  if (Checked done = read_string(body["user"], path.key("user"), request.user); !done) return done;
  if (Checked done = read_string(body["reasoning_effort"], path.key("reasoning_effort"), request.reasoning_effort);
      !done) {
    return done;
  }
  return read_max_tokens(body, path, request);
}

Checked parse_chat_members(JsonValue body, const RequestLimits& limits, Request& request) {
  const JsonPath root;
  if (Checked done = read_model(body["model"], root.key("model"), request); !done) return done;
  if (const JsonValue messages = body["messages"]; is_set(messages)) {
    if (Checked done = parse_messages(messages, root.key("messages"), limits, request); !done) return done;
  }
  if (Checked done = parse_tools(body, root, limits, request); !done) return done;
  return parse_parameters(body, root, request);
}

std::expected<Request, Error> parse_openai_chat(std::string_view body, const RequestLimits& limits) {
  Parsed<Request> request = open_body(body, limits);
  if (!request) return request;
  const JsonValue root = request->tree.root();
  const JsonPath path;
  for (std::string_view required : {"model", "messages"}) {
    if (!is_set(root[required])) return std::unexpected(missing_member(path.key(required)));
  }
  if (Checked done = parse_chat_members(root, limits, *request); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return request;
}

}  // namespace signalbox::protocol
