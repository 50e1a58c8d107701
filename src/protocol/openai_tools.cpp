#include "protocol/openai_parse.h"

namespace signalbox::protocol {
namespace {

using Kind = JsonTree::Kind;

// {name, description, parameters}: the inside of a function tool, and an element of the older functions[].
Checked read_function(JsonValue function, const JsonPath& path, Tool& out) {
  if (Checked done = require_string(function["name"], path.key("name"), out.name); !done) return done;
  out.parameters = function["parameters"].raw();
  return read_string(function["description"], path.key("description"), out.description);
}

Checked read_custom(JsonValue custom, const JsonPath& path, Tool& out) {
  if (Checked done = require_string(custom["name"], path.key("name"), out.name); !done) return done;
  out.parameters = custom["format"].raw();
  return read_string(custom["description"], path.key("description"), out.description);
}

// {type: "function", function: {…}}, {type: "custom", custom: {…}}, or a tool of a type we do not know, which is named
// by its "name" or else by its type (a provider's built-in tool).
Checked read_tool(JsonValue tool, const JsonPath& path, Tool& out) {
  if (!tool.is(Kind::object)) return std::unexpected(invalid_type(path, "must be an object"));
  out.range = tool.node().range;
  std::string_view type = "function";
  if (Checked done = read_string(tool["type"], path.key("type"), type); !done) return done;
  if (type == "function" || type == "custom") {
    const JsonPath inner_path = path.key(type);
    const Parsed<JsonValue> inner = require_object(tool[type], inner_path);
    if (!inner) return std::unexpected(inner.error());
    return type == "function" ? read_function(*inner, inner_path, out) : read_custom(*inner, inner_path, out);
  }
  out.name = tool["name"].string_or(type);
  out.description = tool["description"].string_or();
  out.parameters = tool["parameters"].raw();
  return {};
}

Checked read_list(JsonValue source, const JsonPath& path, const RequestLimits& limits, bool functions,
                  Request& request) {
  const Parsed<JsonValue> list = read_array(source, path);
  if (!list) return std::unexpected(list.error());
  if (request.tools.size() + list->size() > limits.max_tools) {
    return std::unexpected(over_limit(path, "too_many_tools", limits.max_tools));
  }
  request.tools.reserve(request.tools.size() + list->size());
  std::size_t index = 0;
  for (JsonValue element = list->first(); element; element = element.next(), ++index) {
    const JsonPath at = path.at(index);
    Tool& tool = request.tools.emplace_back();
    if (!functions) {
      if (Checked done = read_tool(element, at, tool); !done) return done;
      continue;
    }
    if (!element.is(Kind::object)) return std::unexpected(invalid_type(at, "must be an object"));
    tool.range = element.node().range;
    if (Checked done = read_function(element, at, tool); !done) return done;
  }
  return {};
}

// "auto" | "none" | "required" | {type, function: {name}} | {type, custom: {name}} | {type, allowed_tools: {mode}}
Checked read_choice(JsonValue choice, const JsonPath& path, std::string_view& out) {
  if (!is_set(choice) || choice.is(Kind::string)) return read_string(choice, path, out);
  const Parsed<JsonValue> object = read_object(choice, path);
  if (!object) return std::unexpected(invalid_type(path, "must be a string or an object"));
  std::string_view type;
  if (Checked done = require_string((*object)["type"], path.key("type"), type); !done) return done;
  const JsonPath inner_path = path.key(type);
  const Parsed<JsonValue> inner = read_object((*object)[type], inner_path);
  if (!inner) return std::unexpected(inner.error());
  if (type == "allowed_tools") return read_string((*inner)["mode"], inner_path.key("mode"), out);
  if (type == "function" || type == "custom") return require_string((*inner)["name"], inner_path.key("name"), out);
  out = (*object)["name"].string_or(type);
  return {};
}

// The older function_call: "auto" | "none" | {name}.
Checked read_function_choice(JsonValue choice, const JsonPath& path, std::string_view& out) {
  if (!choice.is(Kind::object)) return read_choice(choice, path, out);
  return require_string(choice["name"], path.key("name"), out);
}

}  // namespace

Checked parse_tools(JsonValue body, const JsonPath& path, const RequestLimits& limits, Request& request) {
  if (Checked done = read_list(body["tools"], path.key("tools"), limits, false, request); !done) return done;
  if (Checked done = read_list(body["functions"], path.key("functions"), limits, true, request); !done) return done;
  if (Checked done = read_choice(body["tool_choice"], path.key("tool_choice"), request.tool_choice); !done) return done;
  if (!request.tool_choice.empty()) return {};
  return read_function_choice(body["function_call"], path.key("function_call"), request.tool_choice);
}

Checked parse_function_call(JsonValue call, const JsonPath& path, ToolCall& out) {
  const Parsed<JsonValue> object = require_object(call, path);
  if (!object) return std::unexpected(object.error());
  out.range = call.node().range;
  if (Checked done = require_string((*object)["name"], path.key("name"), out.name); !done) return done;
  out.arguments_range = (*object)["arguments"].node().range;
  return read_string((*object)["arguments"], path.key("arguments"), out.arguments);
}

Checked parse_tool_call(JsonValue call, const JsonPath& path, ToolCall& out) {
  if (!call.is(Kind::object)) return std::unexpected(invalid_type(path, "must be an object"));
  if (Checked done = read_string(call["id"], path.key("id"), out.id); !done) return done;
  std::string_view type = "function";
  if (Checked done = read_string(call["type"], path.key("type"), type); !done) return done;
  if (type == "custom") {
    const JsonPath custom_path = path.key("custom");
    const Parsed<JsonValue> custom = require_object(call["custom"], custom_path);
    if (!custom) return std::unexpected(custom.error());
    if (Checked done = require_string((*custom)["name"], custom_path.key("name"), out.name); !done) return done;
    out.arguments_range = (*custom)["input"].node().range;
    if (Checked done = read_string((*custom)["input"], custom_path.key("input"), out.arguments); !done) return done;
  } else if (Checked done = parse_function_call(call["function"], path.key("function"), out); !done) {
    return done;
  }
  out.range = call.node().range;
  return {};
}

}  // namespace signalbox::protocol
