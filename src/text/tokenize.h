// Text to index terms, for bag-of-words scoring.
//
// Words (text/unicode.h) are folded and, when they are plain Latin letters, cut to their English stem (Snowball's
// "english": reports, reporting -> report). Runs of scripts written without spaces are cut by ICU's dictionaries, so
// that 机器学习很有用 gives terms; Hangul, which has spaces, is cut at them.
// A Tokenizer is immutable; terms may be called from any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::text {

class Tokenizer {
 public:
  // Throws std::runtime_error when ICU has no word dictionary or Snowball no English.
  Tokenizer();
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  std::vector<std::string> terms(std::string_view text) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace signalbox::text
