// Internal to api/: keeps what an image reader read, so that an evaluation can show it beside the signals it led to.
//
// Wraps a reader for one evaluation. Which images are read is for the signals to decide: one that no rule looks at
// stays unread, and is reported so. Thread-safe.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "api/kept_readings.h"
#include "evidence/image_reader.h"

namespace signalbox::api {

class ImageRecorder final : public evidence::ImageReader {
 public:
  explicit ImageRecorder(evidence::ImageReader& reader) : reader_(reader) {}

  std::vector<evidence::ImageText> read(const std::vector<const evidence::Image*>& images,
                                        std::chrono::steady_clock::time_point deadline) override {
    return kept_.keep(images, reader_.read(images, deadline));
  }
  std::vector<evidence::ImagePixels> read_pixels(const std::vector<const evidence::Image*>& images,
                                                 const evidence::WantedPixels& wanted,
                                                 std::chrono::steady_clock::time_point deadline) override {
    return reader_.read_pixels(images, wanted, deadline);
  }
  // By Image::index; null when it was not read.
  const evidence::ImageText* find(std::uint32_t index) const { return kept_.find(index); }

 private:
  evidence::ImageReader& reader_;
  KeptReadings<evidence::ImageText> kept_;
};

// {left, top, width, height}: pixels of the upright picture.
nlohmann::ordered_json box_json(const evidence::Box& box);

// [{image, message, part, state: read|not_read|unjudged, …}] for every image of the evidence. `recorder` may be null.
nlohmann::ordered_json images_json(const evidence::Evidence& evidence, const ImageRecorder* recorder);

}  // namespace signalbox::api
