#include "probes/variant_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "config/node.h"
#include "config/render.h"

namespace signalbox::probes {

namespace {

using Json = nlohmann::ordered_json;
using Failed = std::unexpected<VariantError>;

Failed failed(const std::string& path, std::string message) {
  return Failed(VariantError{path, std::move(message)});
}

Failed too_large(const std::string& path) {
  return failed(path, fmt::format("the request would be larger than {} bytes", kMostBodyBytes));
}

// Of UTF-8: bytes that do not continue a character.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

void append_lines(std::string& text, std::string_view line, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    if (!text.empty()) text += '\n';
    text += line;
  }
}

// Padding and repeated query, joined by newlines.
std::expected<std::string, VariantError> query_text(const Variant& variant) {
  const std::string none;
  const std::string& filler = variant.padding ? variant.padding->text : none;
  const std::size_t queries = static_cast<std::size_t>(variant.repeat.value_or(1));
  const std::size_t fillers = variant.padding ? static_cast<std::size_t>(variant.padding->repeat) : 0;
  const std::size_t size = queries * (variant.query->size() + 1) + fillers * (filler.size() + 1);
  if (size > kMostBodyBytes) return too_large(variant.path);
  std::size_t before = 0;
  if (variant.padding && variant.padding->placement == Placement::before) before = fillers;
  if (variant.padding && variant.padding->placement == Placement::around) before = fillers / 2;
  std::string text;
  text.reserve(size);
  append_lines(text, filler, before);
  append_lines(text, *variant.query, queries);
  append_lines(text, filler, fillers - before);
  return text;
}

// Messages with their fixtures and generated text put in.
class Conversation {
 public:
  Conversation(const Fixtures& fixtures, const Variant& variant) : fixtures_(fixtures), variant_(variant) {}

  std::expected<Json, VariantError> build() {
    Json messages = Json::array();
    for (const config::AnyValue& message : *variant_.messages) messages.push_back(config::to_json(message.node));
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (const auto done = put_images(messages[i], message_path(i)); !done) return Failed(done.error());
    }
    if (variant_.generated_text) {
      if (const auto done = put_text(messages, *variant_.generated_text); !done) return Failed(done.error());
    }
    return messages;
  }

 private:
  std::string message_path(std::size_t i) const { return config::join(config::join(variant_.path, "messages"), i); }

  std::expected<void, VariantError> put_images(Json& message, const std::string& path) {
    if (!message.is_object() || !message.contains("content") || !message["content"].is_array()) return {};
    Json& content = message["content"];
    for (std::size_t i = 0; i < content.size(); ++i) {
      if (!content[i].is_object() || content[i].value("type", Json()) != "image_fixture") continue;
      const auto done = put_image(content[i], config::join(config::join(path, "content"), i));
      if (!done) return done;
    }
    return {};
  }

  std::expected<void, VariantError> put_image(Json& part, const std::string& path) {
    if (part.size() != 2 || !part.contains("fixture") || !part["fixture"].is_string()) {
      return failed(path,
                    "an image_fixture has type and fixture, the name of a picture in fixtures.images, and no more");
    }
    const auto found = fixtures_.images.find(part["fixture"].get<std::string>());
    if (found == fixtures_.images.end()) return failed(path, "fixtures.images has no picture of this name");
    const ImageFixture& image = found->second;
    used_ += image.data_base64.size();
    if (used_ > kMostBodyBytes) return too_large(path);
    std::string uri = fmt::format("data:{};base64,{}", image.media_type, image.data_base64);
    part = Json{{"type", "image_url"}, {"image_url", Json{{"url", std::move(uri)}}}};
    return {};
  }

  std::expected<void, VariantError> put_text(Json& messages, const GeneratedText& spec) {
    const std::string path = config::join(variant_.path, "generated_text");
    if (characters(spec.character) != 1) return failed(path, "character is one character");
    const auto index = static_cast<std::size_t>(spec.message_index);
    if (index >= messages.size() || !messages[index].is_object()) return failed(path, "there is no such message");
    Json& content = messages[index]["content"];
    if (content.is_string()) content = Json::array({Json{{"type", "text"}, {"text", content}}});
    if (content.is_null()) content = Json::array();
    const auto at = static_cast<std::size_t>(spec.content_index);
    if (!content.is_array() || at > content.size()) return failed(path, "content_index is beyond the message's parts");
    const std::size_t present = text_bytes(content), target = static_cast<std::size_t>(spec.target_text_bytes);
    if (present >= target) return failed(path, fmt::format("the message has {} bytes of text already", present));
    const std::size_t count = (target - present + spec.character.size() - 1) / spec.character.size();
    std::string text;
    text.reserve(count * spec.character.size());
    for (std::size_t i = 0; i < count; ++i) text += spec.character;
    content.insert(content.begin() + static_cast<std::ptrdiff_t>(at),
                   Json{{"type", "text"}, {"text", std::move(text)}});
    return {};
  }

  static std::size_t text_bytes(const Json& content) {
    std::size_t bytes = 0;
    for (const Json& part : content) {
      if (part.is_object() && part.contains("text") && part["text"].is_string()) {
        bytes += part["text"].get_ref<const std::string&>().size();
      }
    }
    return bytes;
  }

  const Fixtures& fixtures_;
  const Variant& variant_;
  std::size_t used_ = 0;  // by pictures
};

}  // namespace

std::expected<std::string, VariantError> variant_body(const Fixtures& fixtures, const std::string& model,
                                                      const Variant& variant) {
  Json body = Json::object();
  if (!model.empty()) body["model"] = model;
  if (variant.query) {
    std::expected<std::string, VariantError> text = query_text(variant);
    if (!text) return Failed(std::move(text.error()));
    body["text"] = std::move(*text);
  } else {
    std::expected<Json, VariantError> messages = Conversation(fixtures, variant).build();
    if (!messages) return Failed(std::move(messages.error()));
    body["messages"] = std::move(*messages);
  }
  for (const config::AnyValue& tool : variant.tools) body["tools"].push_back(config::to_json(tool.node));
  std::string json = body.dump();
  if (json.size() > kMostBodyBytes) return too_large(variant.path);
  return json;
}

}  // namespace signalbox::probes
