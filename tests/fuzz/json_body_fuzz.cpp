// Differential fuzzing of request bodies against nlohmann::json, an independent parser that lets the last of two equal
// keys win. What is judged is what is sent: on every body that we accept both must read the same document, model,
// roles, texts, image URLs and tool names; a body that only we call malformed is a fault as well. Edits of an accepted
// request must give an acceptable request again. Aborts on the first difference.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.h"
#include "protocol/eval_request.h"
#include "protocol/request.h"
#include "protocol/request_edits.h"

namespace {

using nlohmann::json;
using namespace std::string_view_literals;
using signalbox::protocol::Error;
using signalbox::protocol::JsonTree;
using signalbox::protocol::Part;
using signalbox::protocol::Request;
using signalbox::protocol::Splice;

void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "difference: %s\n", what);
  std::abort();
}

json to_json(JsonTree::Value value) {
  switch (value.kind()) {
    case JsonTree::Kind::null:
      return nullptr;
    case JsonTree::Kind::boolean:
      return value.bool_or(false);
    case JsonTree::Kind::number:
      return json::parse(value.raw());
    case JsonTree::Kind::string:
      return std::string(value.string_or());
    case JsonTree::Kind::array: {
      json out = json::array();
      for (JsonTree::Value v = value.first(); v; v = v.next()) out.push_back(to_json(v));
      return out;
    }
    case JsonTree::Kind::object:
      break;
  }
  json out = json::object();
  for (JsonTree::Value v = value.first(); v; v = v.next()) out[std::string(v.node().key)] = to_json(v);
  return out;
}

// Every value's range, parsed alone, is that value: the ranges that splices rely on.
void check_ranges(JsonTree::Value value) {
  require(json::parse(value.raw()) == to_json(value), "a range does not hold its value");
  for (JsonTree::Value v = value.first(); v; v = v.next()) {
    if (v.node().key_range.size() == 0) continue;
    const std::string_view raw =
        v.node().key_range.size()
            ? value.raw().substr(v.node().key_range.begin - value.node().range.begin, v.node().key_range.size())
            : ""sv;
    require(json::parse(raw) == std::string(v.node().key), "a key's range does not hold the key");
  }
  for (JsonTree::Value v = value.first(); v && value.size() < 8; v = v.next()) check_ranges(v);
}

std::string text_member(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

struct Reading {
  std::vector<std::string> roles, texts, images, tools;
};

void read_part(const json& part, Reading& out) {
  if (part.is_string()) {
    out.texts.push_back(part.get<std::string>());
    return;
  }
  const std::string type = text_member(part, "type");
  if (type == "text" || type == "input_text" || type == "output_text") {
    out.texts.push_back(text_member(part, "text"));
  } else if (type == "refusal") {
    out.texts.push_back(text_member(part, "refusal"));
  } else if (type == "image_url" || type == "input_image") {
    const json image = part.value("image_url", json());
    out.images.push_back(image.is_string()   ? image.get<std::string>()
                         : image.is_object() ? text_member(image, "url")
                                             : "");
  } else if (type != "file" && type != "input_file" && type != "input_audio" && type != "audio_url") {
    if (const std::string text = text_member(part, "text"); !text.empty()) out.texts.push_back(text);
  }
}

// What an upstream would read: nothing here knows our parser.
Reading read_independently(const json& body) {
  Reading out;
  for (const json& message : body.at("messages")) {
    out.roles.push_back(message.at("role").get<std::string>());
    const json content = message.value("content", json());
    if (content.is_string()) out.texts.push_back(content.get<std::string>());
    if (content.is_array()) {
      for (const json& part : content) read_part(part, out);
    }
    const json refusal = message.value("refusal", json());
    if (refusal.is_string()) out.texts.push_back(refusal.get<std::string>());
  }
  for (const json& tool : body.value("tools", json())) {
    const std::string type = tool.value("type", json()).is_string() ? text_member(tool, "type") : "function";
    const bool nested = type == "function" || type == "custom";
    const std::string own = text_member(tool, "name");
    out.tools.push_back(nested                                   ? text_member(tool.at(type), "name")
                        : tool.value("name", json()).is_string() ? own
                                                                 : type);
  }
  for (const json& function : body.value("functions", json())) out.tools.push_back(text_member(function, "name"));
  return out;
}

void compare_request(const Request& request, const json& body) {
  const Reading expected = read_independently(body);
  const signalbox::evidence::Evidence evidence = signalbox::evidence::from_request(request);
  Reading ours;
  for (const signalbox::protocol::Message& message : request.messages) {
    ours.roles.emplace_back(to_string(message.role));
    for (const Part& part : message.parts) {
      if (part.kind == Part::Kind::image) ours.images.emplace_back(part.url);
    }
  }
  for (const signalbox::evidence::Text& text : evidence.texts) ours.texts.emplace_back(text.text);
  for (const signalbox::evidence::ToolDefinition& tool : evidence.tools) ours.tools.emplace_back(tool.name);
  require(request.model == body.at("model").get<std::string>(), "model");
  require(ours.roles == expected.roles, "roles");
  require(ours.texts == expected.texts, "texts");
  require(ours.images == expected.images && evidence.images.size() == expected.images.size(), "images");
  require(ours.tools == expected.tools, "tools");
}

void check_splices(const Request& request, json body, std::uint32_t seed) {
  std::minstd_rand random(seed);
  Splice splice(request);
  require(splice.apply() == request.body(), "no edits, other bytes");
  for (unsigned i = 0; i < random() % 4; ++i) {
    const std::string key = random() % 2 == 0 || request.members.empty()
                                ? "added" + std::to_string(random() % 3)
                                : std::string(request.members[random() % request.members.size()].key);
    if (random() % 2 == 0) {
      splice.remove_member(key);
      body.erase(key);
    } else {
      splice.set_member(key, "[1,\"x\"]");
      body[key] = json::parse("[1,\"x\"]");
    }
  }
  const std::string changed = splice.apply();
  const std::expected<JsonTree, Error> after = JsonTree::parse(changed);
  require(after.has_value(), "a spliced body does not parse");
  require(to_json(after->root()) == body, "a splice changed something else");
}

void check_edits(const Request& request, std::uint32_t seed) {
  std::minstd_rand random(seed);
  std::vector<bool> keep;
  for (std::size_t i = 0; i < request.tools.size(); ++i) keep.push_back(random() % 2 == 0);
  using signalbox::protocol::SystemPromptMode;
  Splice splice(request);
  signalbox::protocol::set_model(splice, "other \"model\"");
  signalbox::protocol::set_system_prompt(request, splice, "P\n",
                                         random() % 2 == 0 ? SystemPromptMode::insert : SystemPromptMode::replace);
  signalbox::protocol::filter_tools(request, splice, keep);
  if (random() % 2 == 0) signalbox::protocol::strip_tool_history(request, splice);
  signalbox::protocol::set_nested_member(splice, "chat_template_kwargs.enable_thinking", "true");
  signalbox::protocol::cap_integer(request, splice, "max_tokens", 100);
  signalbox::protocol::ensure_include_usage(request, splice);
  signalbox::protocol::RequestLimits limits;
  limits.max_messages += 1;  // the system prompt
  limits.max_parts += 1;
  const std::string changed = splice.apply();
  const std::expected<Request, Error> after = signalbox::protocol::parse_openai_chat(changed, limits);
  require(after.has_value(), "an edited request does not parse");
  require(after->model == "other \"model\"", "the model was not set");
  require(!after->stream || after->include_usage, "usage was not asked for");
}

// What the other parser lets pass: it takes the last of equal keys and skips a byte order mark, has no limits, and
// reads a NUL byte as the end of the document.
bool refusal_is_ours_alone(const Error& error, std::string_view body) {
  for (std::string_view code : {"duplicate_key", "too_deep", "too_many_values", "body_too_large", "byte_order_mark"}) {
    if (error.code == code) return true;
  }
  return body.find('\0') != std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const json other = json::parse(body, nullptr, false);
  const std::expected<JsonTree, Error> tree = JsonTree::parse(body);
  static_cast<void>(signalbox::protocol::parse_eval_request(body));
  if (!tree) {
    require(other.is_discarded() || refusal_is_ours_alone(tree.error(), body), tree.error().code.c_str());
    return 0;
  }
  require(!other.is_discarded(), "only we accept it");
  require(to_json(tree->root()) == other, "the document");
  check_ranges(tree->root());
  const std::expected<Request, Error> request = signalbox::protocol::parse_openai_chat(body);
  if (!request) return 0;
  const std::uint32_t seed = static_cast<std::uint32_t>(std::hash<std::string_view>()(body)) | 1;
  compare_request(*request, other);
  check_splices(*request, other, seed);
  check_edits(*request, seed);
  return 0;
}
