// The vectors of one request: each distinct text is encoded once per model, whichever signal asks (request_results.h).
#pragma once

#include <string_view>
#include <utility>

#include "models/text_embedder.h"
#include "signals/request_results.h"

namespace signalbox::signals {

class RequestEmbeddings {
 public:
  // What asks for vectors stops when `deadline` passes or `cancelled` (may be null) is set.
  explicit RequestEmbeddings(models::EmbedOptions options) : options_(std::move(options)) {}

  models::TextEmbedder::Result get(const models::TextEmbedder& model, std::string_view text) {
    return results_.get(model, text, [&] { return model.embed(text, options_); });
  }

 private:
  models::EmbedOptions options_;
  RequestResults<models::TextEmbedder, models::TextEmbedder::Result> results_;
};

}  // namespace signalbox::signals
