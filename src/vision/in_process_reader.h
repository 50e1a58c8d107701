// `image_isolation: in_process`: pictures are decoded and read in the gateway's own process.
//
// For machines where worker processes cannot be confined, and for tools that read their user's own files. A decoder's
// bug is then the gateway's bug: somebody has to choose this. Thread-safe; one engine, so readings queue behind each
// other, each no longer than its deadline allows.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "evidence/image_pixels.h"
#include "evidence/image_reader.h"
#include "vision/header.h"
#include "vision/recognizer.h"

namespace signalbox::vision {

struct ReaderOptions {
  Limits limits;
  RecognizerOptions recognition{};
  std::chrono::milliseconds reading_time{60'000};  // for the text of one picture, from when its turn came
};

class InProcessReader final : public evidence::ImageReader {
 public:
  explicit InProcessReader(ReaderOptions options) : options_(std::move(options)) {}

  std::vector<evidence::ImageText> read(const std::vector<const evidence::Image*>& images,
                                        std::chrono::steady_clock::time_point deadline) override;
  std::vector<evidence::ImagePixels> read_pixels(const std::vector<const evidence::Image*>& images,
                                                 const evidence::WantedPixels& wanted,
                                                 std::chrono::steady_clock::time_point deadline) override;

 private:
  evidence::ImageText read_one(const evidence::Image& image, std::chrono::steady_clock::time_point deadline);

  const ReaderOptions options_;
  std::timed_mutex mutex_;  // guards what follows
  bool loaded_ = false;
  std::unique_ptr<Recognizer> recognizer_;  // null: it could not be loaded
};

}  // namespace signalbox::vision
