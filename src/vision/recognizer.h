// Text recognition: Tesseract behind a small door.
//
// A Recognizer owns one engine (about 30 MiB) and reads one picture at a time: one thread at a time may call it, and
// what it reads never depends on what it read before. It opens files only in create(); read() opens none, so it works
// behind a seccomp filter. create() switches OpenMP teams off in the whole process: parallelism is ours.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>

#include "imaging/pixels.h"

namespace signalbox::vision {

struct Recognition {
  std::string text;       // UTF-8, lines as on the picture
  double confidence = 0;  // mean of the words, 0..1
  bool late = false;      // the deadline passed: there is no text
};

class Recognizer {
 public:
  // `tessdata` is the folder of eng.traineddata; "" looks where Tesseract was built to look. The error is a sentence.
  static std::expected<std::unique_ptr<Recognizer>, std::string> create(const std::string& tessdata);
  ~Recognizer();
  Recognizer(const Recognizer&) = delete;
  Recognizer& operator=(const Recognizer&) = delete;

  Recognition read(const imaging::Pixels& pixels, std::chrono::steady_clock::time_point deadline);

 private:
  class Engine;
  explicit Recognizer(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

}  // namespace signalbox::vision
