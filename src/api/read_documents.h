// Internal to api/: keeps what a document reader read, so that an evaluation can show it beside the signals it led to
// (as read_images.h does for pictures).
//
// Wraps a reader for one evaluation. Which documents are read is for the signals to decide. Thread-safe.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "api/kept_readings.h"
#include "evidence/document_reader.h"

namespace signalbox::api {

class DocumentRecorder final : public evidence::DocumentReader {
 public:
  explicit DocumentRecorder(evidence::DocumentReader& reader) : reader_(reader) {}

  std::vector<evidence::DocumentText> read(const std::vector<const evidence::Document*>& documents,
                                           std::chrono::steady_clock::time_point deadline) override {
    return kept_.keep(documents, reader_.read(documents, deadline));
  }
  // By Document::index; null when it was not read.
  const evidence::DocumentText* find(std::uint32_t index) const { return kept_.find(index); }

 private:
  evidence::DocumentReader& reader_;
  KeptReadings<evidence::DocumentText> kept_;
};

// [{document, message, part, state: read|not_read|unjudged, …}] for every document of the evidence. `recorder` may be
// null.
nlohmann::ordered_json documents_json(const evidence::Evidence& evidence, const DocumentRecorder* recorder);

}  // namespace signalbox::api
