#include "vision/in_process_reader.h"

#include <algorithm>

#include "vision/payload.h"
#include "vision/picture_reader.h"

namespace signalbox::vision {

using evidence::ImagePixels;
using evidence::WantedPixels;

using evidence::Image;
using evidence::ImageText;
using evidence::Unjudged;

std::vector<ImageText> InProcessReader::read(const std::vector<const Image*>& images,
                                             std::chrono::steady_clock::time_point deadline) {
  std::vector<ImageText> results;
  results.reserve(images.size());
  for (const Image* image : images) results.push_back(read_one(*image, deadline));
  return results;
}

std::vector<ImagePixels> InProcessReader::read_pixels(const std::vector<const Image*>& images,
                                                      const WantedPixels& wanted,
                                                      std::chrono::steady_clock::time_point deadline) {
  std::vector<ImagePixels> results;
  results.reserve(images.size());
  for (const Image* image : images) {
    ImagePixels& result = results.emplace_back();
    result.unjudged = image->unjudged;
    if (result.unjudged == Unjudged::none && std::chrono::steady_clock::now() >= deadline) {
      result.unjudged = Unjudged::timeout;
      result.detail = "the picture was not read by the deadline";
    }
    if (result.unjudged != Unjudged::none) continue;
    if (const auto bytes = decode_payload(image->base64, options_.limits)) {
      result = vision::read_pixels(*bytes, image->media_type, options_.limits, wanted);
    } else {
      result.unjudged = to_unjudged(bytes.error().fault);
      result.detail = bytes.error().detail;
    }
  }
  return results;
}

ImageText InProcessReader::read_one(const Image& image, std::chrono::steady_clock::time_point deadline) {
  ImageText unread;
  unread.unjudged = image.unjudged;
  if (image.unjudged != Unjudged::none) return unread;
  const auto bytes = decode_payload(image.base64, options_.limits);
  if (!bytes) return refused(bytes.error());
  const std::unique_lock lock(mutex_, deadline);
  if (!lock.owns_lock()) {
    unread.unjudged = Unjudged::timeout;
    unread.detail = "another picture was being read until the deadline";
    return unread;
  }
  if (!loaded_) {
    recognizer_ = Recognizer::create(options_.recognition).value_or(nullptr);
    loaded_ = true;
  }
  return read_picture(*bytes, image.media_type, options_.limits, recognizer_.get(),
                      std::min(deadline, std::chrono::steady_clock::now() + options_.reading_time));
}

}  // namespace signalbox::vision
