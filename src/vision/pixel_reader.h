// Pictures to pixels of the size that a model reads: an injected service, so that encoders know neither codecs nor
// processes. What is decoded stays where it was decoded; only the wanted bytes come back.
//
// Implementations: ReaderPool (worker processes), InProcessReader, test doubles.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "evidence/evidence.h"
#include "vision/image_geometry.h"
#include "vision/pixels.h"

namespace signalbox::vision {

// Nothing: the whole picture, as it was decoded.
using WantedPixels = std::optional<ImageGeometry>;

// The outcome for one image.
struct ImagePixels {
  evidence::Unjudged unjudged = evidence::Unjudged::none;  // none: `pixels` is the picture
  std::string detail{};                                    // for people: why not
  Pixels pixels{};                                         // no alpha
};

class PixelReader {
 public:
  virtual ~PixelReader() = default;
  // Decodes and fits all of them, concurrently where it can; returns by the deadline (late ones are
  // Unjudged::timeout). Result i belongs to images[i]. `wanted` must be sound. Called from many threads.
  virtual std::vector<ImagePixels> read_pixels(const std::vector<const evidence::Image*>& images,
                                               const WantedPixels& wanted,
                                               std::chrono::steady_clock::time_point deadline) = 0;
};

}  // namespace signalbox::vision
