#include "api/views_json.h"

#include <nlohmann/json.hpp>

#include "disguise/views.h"

namespace signalbox::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShownBytes = 2000;

std::string beginning(std::string text) {
  if (text.size() <= kShownBytes) return text;
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  text.resize(end);
  return text;
}

void add(std::string_view text, const Json& place, Json& list) {
  for (disguise::View& view : disguise::views_of(text).views) {
    Json json = place;
    for (const disguise::Step step : view.steps) json["steps"].push_back(std::string(disguise::to_string(step)));
    json["excerpt"] = view.excerpt;
    json["text"] = beginning(std::move(view.text));
    list.push_back(std::move(json));
  }
}

}  // namespace

Json views_json(const evidence::Evidence& evidence, const ImageRecorder* recorder) {
  Json list = Json::array();
  for (const evidence::Text& text : evidence.texts) {
    add(text.text, {{"message", text.message}, {"part", text.part}}, list);
  }
  for (const evidence::Image& image : evidence.images) {
    const evidence::ImageText* read = recorder != nullptr ? recorder->find(image.index) : nullptr;
    if (read != nullptr) add(read->text, {{"image", image.index}}, list);
  }
  for (const auto& [key, value] : evidence.metadata) add(value, {{"name", "metadata." + std::string(key)}}, list);
  for (const evidence::Opaque& file : evidence.opaque) {
    add(file.name, {{"name", "file name of message " + std::to_string(file.message)}}, list);
  }
  return list;
}

}  // namespace signalbox::api
