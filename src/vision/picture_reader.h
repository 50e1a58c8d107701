// One picture from bytes to text, or to a model's pixels. The same steps in a worker and in process.
//
// Re-entrant, but a Recognizer belongs to one thread at a time.
#pragma once

#include <chrono>
#include <string_view>

#include "evidence/image_pixels.h"
#include "evidence/image_reader.h"
#include "vision/header.h"
#include "vision/recognizer.h"

namespace signalbox::vision {

// More text than this on one picture is refused (too_large), not cut: what was cut would not be judged.
inline constexpr std::size_t kMaxTextBytes = std::size_t{512} * 1024;
inline constexpr std::size_t kMaxTextLines = 16384;  // both fit into a frame of the channel

// `recognizer` may be null: a good picture is then ocr_missing, with its size. An animation is not read at all: what is
// on its other frames would count as judged.
evidence::ImageText read_picture(Bytes bytes, std::string_view media_type, const Limits& limits, Recognizer* recognizer,
                                 std::chrono::steady_clock::time_point deadline);

// The colours as Pillow decodes them, fitted; of an animation the first frame.
evidence::ImagePixels read_pixels(Bytes bytes, std::string_view media_type, const Limits& limits,
                                  const evidence::WantedPixels& wanted);

// The text of decoded pixels, with their size. `recognizer` may be null (ocr_missing).
evidence::ImageText recognise(const imaging::Pixels& pixels, Recognizer* recognizer,
                              std::chrono::steady_clock::time_point deadline);

evidence::ImageText refused(const DecodeError& error);

}  // namespace signalbox::vision
