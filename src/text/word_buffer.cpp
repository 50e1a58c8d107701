#include "text/word_buffer.h"

namespace signalbox::text {

WordBuffer::WordBuffer(std::string_view text, bool case_sensitive) {
  std::size_t previous_end = 0;
  for (const Range& range : words(text)) {
    if (!words_.empty() && range.begin != previous_end) folded_.push_back(U' ');
    previous_end = range.end;
    const std::string_view word = text.substr(range.begin, range.end - range.begin);
    const std::size_t begin = folded_.size();
    folded_ += case_sensitive ? to_code_points(word) : to_code_points(fold(word));
    words_.push_back({begin, folded_.size(), range});
  }
}

std::u32string_view WordBuffer::window(std::size_t first, std::size_t count) const {
  const std::size_t begin = words_[first].begin;
  return std::u32string_view(folded_).substr(begin, words_[first + count - 1].end - begin);
}

Range WordBuffer::range(std::size_t first, std::size_t count) const {
  return {words_[first].range.begin, words_[first + count - 1].range.end};
}

}  // namespace signalbox::text
