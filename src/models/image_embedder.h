// A model that turns images into vectors: what signals, the management API and the CLI know of one.
//
// Beside TextEmbedder, and for a joint model in the same space: equal ModelInfo::space() and dimension say that vectors
// may be compared. Pixels come preprocessed: preprocessor() says how. Immutable and shared by configuration
// snapshots. embed() blocks its caller until the vector is there, the deadline has passed or the request is cancelled:
// never call it on an I/O thread. Any other thread may call.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "digest/sha256.h"
#include "imaging/image_preprocessor.h"
#include "models/image_encoder.h"
#include "models/text_embedder.h"

namespace signalbox::models {

// Its tokens are the image's patches, all of which it rests on.
using ImageEmbedding = TextEmbedding;

struct ImageInput {
  std::vector<float> pixels;  // ImageEmbedder::preprocessor().tensor() of the picture
  // Of the bytes that became these pixels: a vector may be remembered under it. Nothing: it is not.
  std::optional<digest::Sha256> content = std::nullopt;
};

class ImageEmbedder {
 public:
  using Result = TextEmbedder::Result;

  virtual ~ImageEmbedder() = default;
  // max_tokens is what every image becomes.
  virtual const ModelInfo& info() const = 0;
  // What makes a picture the pixels that embed() takes.
  virtual const imaging::ImagePreprocessor& preprocessor() const = 0;
  // One encoder pass for this image, batched with whatever else waits. Its pixels must be finite.
  virtual Result embed(ImageInput image, const EmbedOptions& options) const = 0;
  // The vector of this content where it is remembered, so that the picture need not be decoded; else null. Does not
  // block.
  virtual std::shared_ptr<const ImageEmbedding> remembered(const digest::Sha256&) const { return nullptr; }
  // Encoder passes since the model was loaded.
  virtual std::uint64_t passes() const = 0;
};

// The towers of one model, all of which give vectors of one space: the same space() and dimension. A modality that the
// model has not is null; another one is another member.
struct JointModel {
  std::shared_ptr<const TextEmbedder> text;
  std::shared_ptr<const ImageEmbedder> images;
};

}  // namespace signalbox::models
