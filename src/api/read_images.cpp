#include "api/read_images.h"

#include <nlohmann/json.hpp>

namespace signalbox::api {

using evidence::Image;
using evidence::ImageText;
using evidence::Unjudged;
using Json = nlohmann::ordered_json;

std::vector<ImageText> ImageRecorder::read(const std::vector<const Image*>& images,
                                           std::chrono::steady_clock::time_point deadline) {
  std::vector<ImageText> texts = reader_.read(images, deadline);
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < std::min(images.size(), texts.size()); ++i) texts_[images[i]->index] = texts[i];
  return texts;
}

const ImageText* ImageRecorder::find(std::uint32_t index) const {
  const std::lock_guard lock(mutex_);
  const auto it = texts_.find(index);
  return it == texts_.end() ? nullptr : &it->second;
}

namespace {

void add_reading(const ImageText& text, Json& json) {
  const bool read = text.unjudged == Unjudged::none;
  json["state"] = read ? "read" : "unjudged";
  if (!read) json["reason"] = evidence::to_string(text.unjudged);
  if (read) json["text"] = text.text;
  if (read) json["confidence"] = text.confidence;
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
