#include "gateway/mock_chat.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {
namespace {

using Json = nlohmann::ordered_json;

// What is in the conversation, in numbers.
struct Census {
  std::size_t messages = 0, system = 0, images = 0, tool_results = 0;
  std::size_t text_bytes = 0;
  std::string last_role;
  std::string last_user_text;
};

std::string member(const Json& object, const char* key) {
  auto it = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

bool flag(const Json& object, const char* key) {
  if (!object.is_object()) return false;
  auto it = object.find(key);
  return it != object.end() && it->is_boolean() && it->get<bool>();
}

std::string text_of(const Json& content, std::size_t& images) {
  if (content.is_string()) return content.get<std::string>();
  std::string out;
  if (!content.is_array()) return out;
  for (const Json& part : content) {
    std::string type = member(part, "type");
    if (type == "text") out += member(part, "text");
    if (type == "image_url") ++images;
  }
  return out;
}

Census count(const Json& messages) {
  Census census;
  for (const Json& message : messages) {
    if (!message.is_object()) continue;
    ++census.messages;
    census.last_role = member(message, "role");
    std::string text = message.contains("content") ? text_of(message["content"], census.images) : std::string();
    census.text_bytes += text.size();
    if (census.last_role == "system" || census.last_role == "developer") ++census.system;
    if (census.last_role == "tool") ++census.tool_results;
    if (census.last_role == "user") census.last_user_text = std::move(text);
  }
  return census;
}

const Json* find_tool(const Json& body, std::string_view name) {
  if (!body.contains("tools") || !body["tools"].is_array()) return nullptr;
  for (const Json& tool : body["tools"]) {
    if (!tool.is_object() || !tool.contains("function")) continue;
    if (name.empty() || member(tool["function"], "name") == name) return &tool["function"];
  }
  return nullptr;
}

// The tool that must or should be called: forced by tool_choice, or asked for by the user's "call the tool NAME".
const Json* tool_to_call(const Json& body, const Census& census) {
  if (census.last_role == "tool") return nullptr;
  if (body.contains("tool_choice")) {
    const Json& choice = body["tool_choice"];
    if (choice == "none") return nullptr;
    if (choice == "required") return find_tool(body, {});
    if (choice.is_object() && choice.contains("function")) return find_tool(body, member(choice["function"], "name"));
  }
  constexpr std::string_view kAsk = "call the tool ";
  auto at = census.last_user_text.find(kAsk);
  if (at == std::string::npos) return nullptr;
  std::string_view rest = std::string_view(census.last_user_text).substr(at + kAsk.size());
  auto end = std::find_if(rest.begin(), rest.end(), [](char c) {
    return !(c == '_' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
  });
  std::string name(rest.begin(), end);
  return name.empty() ? nullptr : find_tool(body, name);
}

// A value that a JSON Schema of this shape accepts.
Json example_of(const Json& schema) {
  if (!schema.is_object()) return "example";
  if (schema.contains("enum") && schema["enum"].is_array() && !schema["enum"].empty()) return schema["enum"][0];
  std::string type = member(schema, "type");
  if (type == "integer") return 1;
  if (type == "number") return 1.5;
  if (type == "boolean") return true;
  if (type == "array") return Json::array();
  if (type == "object") return Json::object();
  return "example";
}

std::string example_arguments(const Json& function) {
  Json out = Json::object();
  if (!function.contains("parameters") || !function["parameters"].is_object()) return out.dump();
  const Json& parameters = function["parameters"];
  if (parameters.contains("properties") && parameters["properties"].is_object()) {
    for (const auto& [name, schema] : parameters["properties"].items()) out[name] = example_of(schema);
  }
  return out.dump();
}

std::string describe(const std::string& model, const Census& census, std::size_t tools, const HttpRequest& request) {
  auto header = [&](std::string_view name) { return std::string(request.headers.get(name).value_or("none")); };
  return fmt::format(
      "This is the mock upstream. Asked for model: {}. Policy headers: x-selected-model={}, "
      "x-vsr-selected-decision={}. System prompt: {}. Messages: {}. Tools: {}. Tool results: {}. Images: {}.",
      model, header("x-selected-model"), header("x-vsr-selected-decision"), census.system > 0 ? "yes" : "no",
      census.messages, tools, census.tool_results, census.images);
}

std::uint64_t words(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

Json usage(const MockAnswer& answer) {
  return {{"prompt_tokens", answer.prompt_tokens},
          {"completion_tokens", answer.completion_tokens},
          {"total_tokens", answer.prompt_tokens + answer.completion_tokens}};
}

Json tool_calls(const MockAnswer& answer, bool indexed) {
  Json call;
  if (indexed) call["index"] = 0;
  call["id"] = "call_mock_1";
  call["type"] = "function";
  call["function"] = {{"name", answer.tool_name}, {"arguments", answer.tool_arguments}};
  return Json::array({std::move(call)});
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string frame(const MockAnswer& answer, std::string_view id, std::int64_t created, Json delta, Json finish) {
  Json choice = {{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(finish)}};
  Json chunk = {{"id", id}, {"object", "chat.completion.chunk"}, {"created", created}, {"model", answer.model}};
  chunk["choices"] = Json::array({std::move(choice)});
  return "data: " + dump(chunk) + "\n\n";
}

}  // namespace

MockAnswer plan_mock_answer(const HttpRequest& request) {
  MockAnswer answer;
  Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object() || !body.contains("messages") || !body["messages"].is_array()) return answer;
  answer.valid = true;
  std::string model = member(body, "model");
  auto at = std::min(model.find('@'), model.size());
  answer.model = model.substr(0, at);
  answer.fault_suffix = model.substr(std::min(at + 1, model.size()));
  answer.stream = flag(body, "stream");
  answer.include_usage = body.contains("stream_options") && flag(body["stream_options"], "include_usage");
  Census census = count(body["messages"]);
  answer.prompt_tokens = census.text_bytes / 4 + 3 * census.messages;
  if (const Json* tool = tool_to_call(body, census)) {
    answer.tool_name = member(*tool, "name");
    answer.tool_arguments = example_arguments(*tool);
    answer.completion_tokens = answer.tool_arguments.size() / 4 + 1;
    return answer;
  }
  std::size_t tools = body.contains("tools") && body["tools"].is_array() ? body["tools"].size() : 0;
  answer.text = describe(answer.model, census, tools, request);
  answer.completion_tokens = words(answer.text);
  return answer;
}

std::string to_completion(const MockAnswer& answer, std::string_view id, std::int64_t created) {
  bool calls = !answer.tool_name.empty();
  Json message = {{"role", "assistant"}, {"content", calls ? Json(nullptr) : Json(answer.text)}};
  if (calls) message["tool_calls"] = tool_calls(answer, false);
  Json choice = {{"index", 0}, {"message", std::move(message)}, {"finish_reason", calls ? "tool_calls" : "stop"}};
  Json out = {{"id", id}, {"object", "chat.completion"}, {"created", created}, {"model", answer.model}};
  out["choices"] = Json::array({std::move(choice)});
  out["usage"] = usage(answer);
  return dump(out);
}

std::vector<std::string> to_frames(const MockAnswer& answer, std::string_view id, std::int64_t created) {
  bool calls = !answer.tool_name.empty();
  std::vector<std::string> out;
  out.push_back(frame(answer, id, created, {{"role", "assistant"}, {"content", ""}}, nullptr));
  if (calls) out.push_back(frame(answer, id, created, {{"tool_calls", tool_calls(answer, true)}}, nullptr));
  for (std::size_t begin = 0; begin < answer.text.size();) {
    auto end = std::min(answer.text.find(' ', begin), answer.text.size() - 1) + 1;
    out.push_back(frame(answer, id, created, {{"content", answer.text.substr(begin, end - begin)}}, nullptr));
    begin = end;
  }
  out.push_back(frame(answer, id, created, Json::object(), calls ? "tool_calls" : "stop"));
  if (answer.include_usage) {
    Json chunk = {{"id", id}, {"object", "chat.completion.chunk"}, {"created", created}, {"model", answer.model}};
    chunk["choices"] = Json::array();
    chunk["usage"] = usage(answer);
    out.push_back("data: " + dump(chunk) + "\n\n");
  }
  out.push_back("data: [DONE]\n\n");
  return out;
}

}  // namespace signalbox::gateway
