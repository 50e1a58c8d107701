#include "api/read_documents.h"

#include <nlohmann/json.hpp>

namespace signalbox::api {

using evidence::Document;
using evidence::DocumentText;
using evidence::Unjudged;
using Json = nlohmann::ordered_json;

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
