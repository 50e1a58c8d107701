// The vectors of one request's images: each is decoded once and encoded once per model, whichever signal asks, and not
// at all where the model remembers it.
//
// Belongs to one request (EvalContext) and ends with it. Thread-safe: who asks for what another thread is making waits
// for it. A failure is remembered like an answer. get() and unreadable() block; not for I/O threads.
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "digest/sha256.h"
#include "evidence/image_reader.h"
#include "models/image_embedder.h"
#include "signals/signal.h"

namespace signalbox::signals {

// Why an image has no vector.
struct NoVector {
  Reason reason = Reason::error;
  std::string detail;
};
using ImageVector = std::expected<std::shared_ptr<const models::ImageEmbedding>, NoVector>;

class RequestImages {
 public:
  // `reader` may be null: no image that is not remembered can be judged. What asks for vectors stops when the options'
  // deadline passes or their flag is set.
  RequestImages(const evidence::Evidence& evidence, evidence::ImageReader* reader, models::EmbedOptions options)
      : evidence_(evidence), reader_(reader), options_(std::move(options)) {}

  // One for each of the evidence's images, in order.
  const std::vector<ImageVector>& get(const models::ImageEmbedder& model);
  // Why an image cannot be seen, after decoding and before encoding any: of the first one, "" where all can.
  std::string unreadable(const models::ImageEmbedder& model);

 private:
  // One image on its way to a vector of one model.
  struct Step {
    digest::Sha256 content{};
    std::optional<ImageVector> outcome;  // once it is known
    std::vector<float> pixels;           // until then
    std::optional<std::size_t> same_as;  // an earlier image of the same content
  };
  struct Slot {
    std::mutex working;
    bool decoded = false, encoded = false;
    std::vector<Step> steps;
    std::vector<ImageVector> vectors;
  };

  Slot& slot_of(const models::ImageEmbedder& model);
  void decode(const models::ImageEmbedder& model, Slot& slot);
  void take_known(const models::ImageEmbedder& model, std::vector<Step>& steps) const;
  void read_pixels(const models::ImageEmbedder& model, std::vector<Step>& steps) const;
  void encode(const models::ImageEmbedder& model, Slot& slot) const;

  const evidence::Evidence& evidence_;
  evidence::ImageReader* reader_;
  models::EmbedOptions options_;
  std::mutex mutex_;
  std::map<const models::ImageEmbedder*, std::unique_ptr<Slot>> slots_;
};

}  // namespace signalbox::signals
