#include "api/read_documents.h"

#include <nlohmann/json.hpp>

namespace signalbox::api {

using evidence::Document;
using evidence::DocumentText;
using evidence::Unjudged;
using Json = nlohmann::ordered_json;

std::vector<DocumentText> DocumentRecorder::read(const std::vector<const Document*>& documents,
                                                 std::chrono::steady_clock::time_point deadline) {
  std::vector<DocumentText> texts = reader_.read(documents, deadline);
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < std::min(documents.size(), texts.size()); ++i) texts_[documents[i]->index] = texts[i];
  return texts;
}

const DocumentText* DocumentRecorder::find(std::uint32_t index) const {
  const std::lock_guard lock(mutex_);
  const auto it = texts_.find(index);
  return it == texts_.end() ? nullptr : &it->second;
}

Json documents_json(const evidence::Evidence& evidence, const DocumentRecorder* recorder) {
  Json list = Json::array();
  for (const Document& document : evidence.documents) {
    Json json = {
        {"document", document.index}, {"message", document.message}, {"part", document.part}, {"state", "not_read"}};
    const DocumentText* text = recorder != nullptr ? recorder->find(document.index) : nullptr;
    Unjudged reason = text != nullptr ? text->unjudged : document.unjudged;
    if (recorder == nullptr && reason == Unjudged::none) reason = Unjudged::reader_missing;
    if (reason != Unjudged::none) {
      json["state"] = "unjudged";
      json["reason"] = evidence::to_string(reason);
      if (text != nullptr && !text->detail.empty()) json["detail"] = text->detail;
    } else if (text != nullptr) {
      json["state"] = "read";
      json["properties"] = text->properties;
      json["pages"] = text->pages;
    }
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace signalbox::api
