// Internal to api/: keeps what a document reader read, so that an evaluation can show it beside the signals it led to
// (as read_images.h does for pictures).
//
// Wraps a reader for one evaluation. Which documents are read is for the signals to decide. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>

#include "evidence/document_reader.h"

namespace signalbox::api {

class DocumentRecorder final : public evidence::DocumentReader {
 public:
  explicit DocumentRecorder(evidence::DocumentReader& reader) : reader_(reader) {}

  std::vector<evidence::DocumentText> read(const std::vector<const evidence::Document*>& documents,
                                           std::chrono::steady_clock::time_point deadline) override;
  // By Document::index; null when it was not read.
  const evidence::DocumentText* find(std::uint32_t index) const;

 private:
  evidence::DocumentReader& reader_;
  mutable std::mutex mutex_;
  std::map<std::uint32_t, evidence::DocumentText> texts_;
};

// [{document, message, part, state: read|not_read|unjudged, …}] for every document of the evidence. `recorder` may be
// null.
nlohmann::ordered_json documents_json(const evidence::Evidence& evidence, const DocumentRecorder* recorder);

}  // namespace signalbox::api
