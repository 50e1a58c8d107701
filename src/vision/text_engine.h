// Tesseract behind a small door: one grey picture in, lines of words out.
//
// An engine (about 30 MiB with one language) reads one picture at a time: one thread at a time may call it, and what it
// reads never depends on what it read before. It opens files only in create(), so that it works behind a seccomp
// filter. create() switches OpenMP teams off in the whole process: parallelism is ours.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evidence/image_lines.h"
#include "vision/grey.h"

namespace signalbox::vision {

struct ReadWord {
  std::string text;  // UTF-8, no blanks
  float confidence = 0;
};

struct ReadLine {
  std::vector<ReadWord> words;  // never empty
  evidence::Box box;            // in the picture that was given
};

std::string joined(const ReadLine& line);  // the words, blanks between them

class TextEngine {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  enum class Layout : std::uint8_t { page, line };

  // `languages` must not be empty. `tessdata` is the folder of their files; "": where Tesseract was built to look. The
  // error is a sentence that names what is missing, where it was looked for and what to install.
  static std::expected<std::unique_ptr<TextEngine>, std::string> create(const std::string& tessdata,
                                                                        const std::vector<std::string>& languages);
  ~TextEngine();
  TextEngine(const TextEngine&) = delete;
  TextEngine& operator=(const TextEngine&) = delete;

  // Dark on light. `enlargement` is for letters of few pixels. With an alphabet only its characters are read. Nothing
  // when the deadline passed. Throws std::bad_alloc.
  std::optional<std::vector<ReadLine>> read(const Grey& picture, double enlargement, Layout layout,
                                            const char* alphabet, Deadline deadline);

 private:
  class Impl;
  explicit TextEngine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox::vision
