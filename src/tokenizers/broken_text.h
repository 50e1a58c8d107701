// Text with broken UTF-8, made valid: each maximal broken part becomes one U+FFFD, as Python's errors="replace" and
// Rust's from_utf8_lossy do it, with the way back to the original bytes.
//
// Owner: the caller's Scratch; buffers keep their capacity. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizers/encoding.h"

namespace signalbox::tokenizers {

// Offset of the first byte that is not part of a valid sequence, or the size.
std::size_t valid_prefix(std::string_view text);

class BrokenText {
 public:
  // The text itself when it is valid (no copy), else the repaired copy.
  std::string_view repair(std::string_view text);
  bool repaired() const { return !origin_.empty(); }
  // Range of the repaired text to the original; positions must be where code points start or end.
  Span original(Span repaired) const;

 private:
  void append_valid(std::string_view text, std::size_t begin, std::size_t end);

  std::string bytes_;
  std::vector<std::uint32_t> origin_;  // per repaired byte (and one for the end): offset in the original
};

}  // namespace signalbox::tokenizers
