// A model that turns images into vectors: what signals, the management API and the CLI know of one.
//
// Beside TextEmbedder, and for a joint model in the same space: equal ModelInfo::fingerprint and dimension say that
// vectors may be compared. Pixels come preprocessed (image_encoder.h says how). Immutable and shared by configuration
// snapshots. embed() blocks its caller until the vector is there, the deadline has passed or the request is cancelled:
// never call it on an I/O thread. Any other thread may call.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <vector>

#include "models/image_encoder.h"
#include "models/text_embedder.h"

namespace signalbox::models {

struct ImageEmbedding {
  std::vector<float> values;  // shape [dimension], L2 norm 1
};

class ImageEmbedder {
 public:
  using Result = std::expected<std::shared_ptr<const ImageEmbedding>, EmbedError>;

  virtual ~ImageEmbedder() = default;
  // max_tokens is what every image becomes.
  virtual const ModelInfo& info() const = 0;
  // What embed() takes.
  virtual const ImageShape& input() const = 0;
  // One encoder pass for this image, batched with whatever else waits. `pixels` has input().size() finite numbers.
  virtual Result embed(std::vector<float> pixels, const EmbedOptions& options) const = 0;
  // Encoder passes since the model was loaded.
  virtual std::uint64_t passes() const = 0;
};

// The towers of one model, all of which give vectors of one space: the same fingerprint and dimension. A modality that
// the model has not is null; another one is another member.
struct JointModel {
  std::shared_ptr<const TextEmbedder> text;
  std::shared_ptr<const ImageEmbedder> images;
};

}  // namespace signalbox::models
