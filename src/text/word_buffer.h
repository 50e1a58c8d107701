// The words of a text, folded to code points and laid end to end, so that any window of words is one view
// (internal to fuzzy and ngram).
//
// A gap of any kind between two words (space, hyphen, apostrophe, line end) is one space; words that touch (characters
// of unspaced scripts) stay together. Immutable after construction; views the text it was made from, which must
// outlive it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/unicode.h"

namespace signalbox::text {

class WordBuffer {
 public:
  explicit WordBuffer(std::string_view text, bool case_sensitive = false);

  std::size_t size() const { return words_.size(); }
  // The window of `count` words that starts with word `first`.
  std::u32string_view window(std::size_t first, std::size_t count) const;
  Range range(std::size_t first, std::size_t count) const;
  std::u32string_view all() const { return folded_; }

 private:
  struct Word {
    std::size_t begin = 0;  // in folded_
    std::size_t end = 0;
    Range range;
  };
  std::u32string folded_;
  std::vector<Word> words_;
};

}  // namespace signalbox::text
