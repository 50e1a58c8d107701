#include "vision/picture_reader.h"

#include <fmt/format.h>

#include <new>
#include <utility>

#include "vision/decode.h"

namespace signalbox::vision {

using evidence::ImagePixels;
using evidence::WantedPixels;
using imaging::fit;
using imaging::Pixels;
namespace {

using evidence::ImageText;
using evidence::Unjudged;

void set_unread(ImageText& result, Unjudged reason, std::string detail) {
  result.unjudged = reason;
  result.detail = std::move(detail);
}

void recognise_into(const Pixels& pixels, Recognizer& recognizer, std::chrono::steady_clock::time_point deadline,
                    ImageText& result) {
  Recognition found = recognizer.read(pixels, deadline);
  if (found.late) return set_unread(result, Unjudged::timeout, "the picture was not read by the deadline");
  if (found.text.size() > kMaxTextBytes || found.lines.size() > kMaxTextLines)
    return set_unread(result, Unjudged::too_large, "too much text on the picture");
  result.text = std::move(found.text);
  result.lines = std::move(found.lines);
  result.confidence = found.confidence;
  if (found.doubtful)
    set_unread(result, Unjudged::low_confidence, "most of the text on the picture was read with too little confidence");
}

}  // namespace

ImageText refused(const DecodeError& error) {
  ImageText result;
  set_unread(result, to_unjudged(error.fault), error.detail);
  return result;
}

ImagePixels read_pixels(Bytes bytes, std::string_view media_type, const Limits& limits, const WantedPixels& wanted) {
  ImagePixels result;
  auto pixels = decode(bytes, media_type, limits);
  if (!pixels) {
    result.unjudged = to_unjudged(pixels.error().fault);
    result.detail = pixels.error().detail;
    return result;
  }
  try {
    result.pixels = wanted ? fit(*pixels, *wanted) : std::move(*pixels);
    result.pixels.alpha = {};
  } catch (const std::bad_alloc&) {
    result.unjudged = Unjudged::too_large;
    result.detail = "resizing the picture needs more memory than there is";
  }
  return result;
}

ImageText recognise(const Pixels& pixels, Recognizer* recognizer, std::chrono::steady_clock::time_point deadline) {
  ImageText result;
  result.width = pixels.width;
  result.height = pixels.height;
  try {
    if (recognizer == nullptr) {
      set_unread(result, Unjudged::ocr_missing, "no text recognition is available");
    } else {
      recognise_into(pixels, *recognizer, deadline, result);
    }
  } catch (const std::bad_alloc&) {
    set_unread(result, Unjudged::too_large, "reading the picture needs more memory than there is");
  }
  return result;
}

ImageText read_picture(Bytes bytes, std::string_view media_type, const Limits& limits, Recognizer* recognizer,
                       std::chrono::steady_clock::time_point deadline) {
  ImageText result;
  const auto header = read_header(bytes, media_type, limits);
  if (!header) return refused(header.error());
  result.width = header->width;
  result.height = header->height;
  // What the other frames show would go upstream unread.
  if (header->frames > 1) {
    set_unread(
        result, Unjudged::unsupported_format,
        fmt::format("a {} of {} frames, of which only one would be read", to_string(header->format), header->frames));
    return result;
  }
  const auto pixels = decode(bytes, media_type, limits, {.grey16 = Grey16::scaled});
  if (!pixels) {
    set_unread(result, to_unjudged(pixels.error().fault), pixels.error().detail);
    return result;
  }
  return recognise(*pixels, recognizer, deadline);
}

}  // namespace signalbox::vision
