#include "api/read_images.h"

#include <nlohmann/json.hpp>

namespace signalbox::api {

using evidence::Image;
using evidence::ImageText;
using evidence::Unjudged;
using Json = nlohmann::ordered_json;

Json box_json(const evidence::Box& box) {
  return {{"left", box.left}, {"top", box.top}, {"width", box.width}, {"height", box.height}};
}

namespace {

Json lines_json(const std::vector<evidence::TextLine>& lines) {
  Json list = Json::array();
  for (const evidence::TextLine& line : lines) {
    list.push_back(
        {{"begin", line.begin}, {"end", line.end}, {"box", box_json(line.box)}, {"confidence", line.confidence}});
  }
  return list;
}

void add_reading(const ImageText& text, Json& json) {
  const bool judged = text.unjudged == Unjudged::none;
  json["state"] = judged ? "read" : "unjudged";
  if (!judged) json["reason"] = evidence::to_string(text.unjudged);
  if (text.has_text()) {
    json["text"] = text.text;
    json["confidence"] = text.confidence;
    json["lines"] = lines_json(text.lines);
  }
  if (text.width != 0) json["width"] = text.width;
  if (text.height != 0) json["height"] = text.height;
  if (!text.detail.empty()) json["detail"] = text.detail;
}

}  // namespace

Json images_json(const evidence::Evidence& evidence, const ImageRecorder* recorder) {
  Json list = Json::array();
  for (const Image& image : evidence.images) {
    Json json = {{"image", image.index}, {"message", image.message}, {"part", image.part}, {"state", "not_read"}};
    const ImageText* text = recorder != nullptr ? recorder->find(image.index) : nullptr;
    if (text != nullptr) {
      add_reading(*text, json);
    } else if (image.unjudged != Unjudged::none || recorder == nullptr) {
      json["state"] = "unjudged";
      json["reason"] = evidence::to_string(image.unjudged != Unjudged::none ? image.unjudged : Unjudged::ocr_missing);
      if (image.unjudged == Unjudged::remote_url) json["detail"] = "an evaluation fetches nothing";
    }
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace signalbox::api
