#include "protocol/openai_prompts.h"

#include <algorithm>
#include <array>
#include <span>

#include "protocol/openai_parse.h"

namespace signalbox::protocol {
namespace {

using Kind = JsonTree::Kind;

// Members of an endpoint: those that hold text for the model, and those that hold none.
struct Shape {
  std::string_view text;       // required
  std::string_view more = {};  // optional text
  std::span<const std::string_view> known;
};

constexpr std::array<std::string_view, 4> kEmbeddings{"model", "encoding_format", "user", "dimensions"};
constexpr std::array<std::string_view, 6> kCompletions{"model", "stream", "stream_options",
                                                       "stop",  "user",   "logit_bias"};

Shape shape_of(PromptKind kind) {
  if (kind == PromptKind::embeddings) return {.text = "input", .known = kEmbeddings};
  return {.text = "prompt", .more = "suffix", .known = kCompletions};
}

Part part_of(JsonValue value) {
  Part part;
  part.range = value.node().range;
  if (value.is(Kind::string)) {
    part.text = value.string_or();
    part.text_range = part.range;
  } else {
    part.kind = Part::Kind::other;
  }
  return part;
}

// A string, or a list of strings; a list of numbers is one text in token ids.
Checked add_texts(JsonValue value, const JsonPath& path, const RequestLimits& limits, Message& message) {
  if (value.is(Kind::string)) {
    message.parts.push_back(part_of(value));
    return {};
  }
  if (!value.is(Kind::array) || value.size() == 0) {
    return std::unexpected(invalid_type(path, "must be a string or a list that is not empty"));
  }
  if (value.first().is(Kind::number)) {
    message.parts.push_back(part_of(value));
    return {};
  }
  if (value.size() > limits.max_parts) return std::unexpected(over_limit(path, "too_many_parts", limits.max_parts));
  for (JsonValue element = value.first(); element; element = element.next()) message.parts.push_back(part_of(element));
  return {};
}

// Numbers, booleans and null say nothing to a model.
void add_unknown_members(JsonValue root, const Shape& shape, Message& message) {
  for (JsonValue member = root.first(); member; member = member.next()) {
    const std::string_view key = member.node().key;
    const bool content = member.is(Kind::string) || member.is(Kind::array) || member.is(Kind::object);
    if (!content || key == shape.text || (!shape.more.empty() && key == shape.more)) continue;
    if (std::find(shape.known.begin(), shape.known.end(), key) != shape.known.end()) continue;
    Part part;
    part.kind = Part::Kind::other;
    part.range = member.node().range;
    message.parts.push_back(part);
  }
}

Checked read_texts(JsonValue root, const Shape& shape, const RequestLimits& limits, Request& request) {
  const JsonPath path;
  Message message;
  if (Checked done = add_texts(root[shape.text], path.key(shape.text), limits, message); !done) return done;
  if (!shape.more.empty() && is_set(root[shape.more])) {
    if (Checked done = add_texts(root[shape.more], path.key(shape.more), limits, message); !done) return done;
  }
  add_unknown_members(root, shape, message);
  message.content = root[shape.text].node().range;
  request.messages.push_back(std::move(message));
  return {};
}

}  // namespace

std::expected<Request, Error> parse_openai_prompts(std::string_view body, PromptKind kind,
                                                   const RequestLimits& limits) {
  Parsed<Request> request = open_body(body, limits);
  if (!request) return request;
  const Shape shape = shape_of(kind);
  const JsonValue root = request->tree.root();
  const JsonPath path;
  for (std::string_view required : {std::string_view("model"), shape.text}) {
    if (!is_set(root[required])) return std::unexpected(missing_member(path.key(required)));
  }
  if (Checked done = require_string(root["model"], path.key("model"), request->model); !done) {
    return std::unexpected(std::move(done.error()));
  }
  request->model_range = root["model"].node().range;
  if (Checked done = read_texts(root, shape, limits, *request); !done) return std::unexpected(std::move(done.error()));
  if (Checked done = parse_parameters(root, path, *request); !done) return std::unexpected(std::move(done.error()));
  return request;
}

}  // namespace signalbox::protocol
