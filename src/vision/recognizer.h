// Text recognition: which parts of a picture are read, how often, and what counts.
//
// A Recognizer owns one TextEngine and has its rules: one thread at a time, files are opened in create() only, what it
// reads never depends on what it read before.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "evidence/image_lines.h"
#include "imaging/pixels.h"
#include "vision/text_engine.h"

namespace signalbox::vision {

struct RecognizerOptions {
  std::string tessdata{};                     // folder of the languages' files; "": where Tesseract was built to look
  std::vector<std::string> languages{"eng"};  // at least one
  double min_confidence = 0;                  // words that were read with less are left out
};

struct Recognition {
  std::string text{};                       // UTF-8, each line with a newline
  std::vector<evidence::TextLine> lines{};  // as in evidence::ImageText
  double confidence = 0;                    // mean of the words, 0..1
  bool late = false;                        // the deadline passed: there is no text
  bool doubtful = false;                    // more letters were left out than are in `text`
};

class Recognizer {
 public:
  // The error is a sentence.
  static std::expected<std::unique_ptr<Recognizer>, std::string> create(const RecognizerOptions& options);

  // Throws std::bad_alloc.
  Recognition read(const imaging::Pixels& pixels, std::chrono::steady_clock::time_point deadline);

 private:
  Recognizer(std::unique_ptr<TextEngine> engine, double min_confidence)
      : engine_(std::move(engine)), min_confidence_(min_confidence) {}

  std::unique_ptr<TextEngine> engine_;
  double min_confidence_;
};

}  // namespace signalbox::vision
