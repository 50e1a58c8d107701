// What the gateway and a worker say to each other, as frame bodies.
//
// Both ends are the same binary on the same machine, so numbers travel in native form. Decoding checks every length and
// every enum: a worker that decoded a hostile picture may answer anything. Pure; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evidence/image_pixels.h"
#include "evidence/image_reader.h"
#include "vision/header.h"
#include "vision/recognizer.h"

namespace signalbox::vision {

struct Setup {  // gateway to worker, once
  Limits limits;
  std::uint64_t memory_bytes = 0;
  RecognizerOptions recognition{};
  std::chrono::milliseconds reading_time{0};  // for the text of one picture
};

struct Ready {  // worker to gateway, once
  bool confined = false;
  bool has_ocr = false;
  std::string detail;  // why not
};

// Where a worker puts pixels: the second descriptor, `room` bytes of shared memory.
struct PixelTask {
  evidence::WantedPixels wanted;
  std::uint64_t room = 0;
};

struct Task {  // gateway to worker; the picture is the first descriptor
  std::uint64_t bytes = 0;
  std::chrono::steady_clock::time_point deadline;  // CLOCK_MONOTONIC is the machine's, not the process's
  std::string media_type;
  std::optional<PixelTask> pixels = std::nullopt;  // else its text is asked for
};

// Whether every line of a text has its place: on a picture it must, in a document it cannot.
enum class Places : std::uint8_t { required, none };

std::string encode(const Setup& setup);
std::string encode(const Ready& ready);
std::string encode(const Task& task);
// The answer to either kind of task; to one for pixels it has their size and no text.
std::string encode(const evidence::ImageText& result);

std::optional<Setup> decode_setup(std::string_view body);
std::optional<Ready> decode_ready(std::string_view body);
std::optional<Task> decode_task(std::string_view body);
std::optional<evidence::ImageText> decode_result(std::string_view body, Places places = Places::required);

}  // namespace signalbox::vision
