// Reading a request's images, their text and their pixels: an injected service, so that signals and encoders know
// neither codecs nor processes.
//
// ImageTexts belongs to one request: each image is decoded and read at most once, whoever asks. Thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "evidence/evidence.h"
#include "evidence/image_lines.h"
#include "evidence/image_pixels.h"
#include "evidence/read_once.h"

namespace signalbox::evidence {

// The outcome of reading one image.
struct ImageText {
  Unjudged unjudged = Unjudged::none;   // none: it was decoded and read
  std::string text{};                   // UTF-8; empty when the picture holds no text
  std::vector<TextLine> lines{};        // where the text stands
  double confidence = 0;                // mean word confidence of the recogniser, 0..1
  std::uint32_t width = 0, height = 0;  // pixels, when the header could be read
  std::string detail{};                 // for people: "PNG 8000x9000 is over the limit of 16777216 pixels"

  // There is text to judge: all of it, or (low_confidence) what was read surely enough.
  bool has_text() const { return unjudged == Unjudged::none || unjudged == Unjudged::low_confidence; }
};

// Implementations: vision::ReaderPool (worker processes), vision::InProcessReader, test doubles.
class ImageReader {
 public:
  virtual ~ImageReader() = default;
  // Both read all of them, concurrently where they can, and return by the deadline (late ones are Unjudged::timeout).
  // Result i belongs to images[i]. Called from many threads.
  virtual std::vector<ImageText> read(const std::vector<const Image*>& images,
                                      std::chrono::steady_clock::time_point deadline) = 0;
  // Decodes and fits them. `wanted` must be sound.
  virtual std::vector<ImagePixels> read_pixels(const std::vector<const Image*>& images, const WantedPixels& wanted,
                                               std::chrono::steady_clock::time_point deadline) = 0;
};

class ImageTexts : public ReadOnce<Image, ImageText, ImageReader> {
 public:
  // `reader` may be null: every inline image is then Unjudged::ocr_missing.
  ImageTexts(const Evidence& evidence, ImageReader* reader, std::chrono::steady_clock::time_point deadline)
      : ReadOnce(evidence.images, reader, Unjudged::ocr_missing, deadline) {}
};

}  // namespace signalbox::evidence
