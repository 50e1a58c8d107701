#include "tokenizers/aligned_text.h"

#include <array>

namespace signalbox::tokenizers {

void AlignedText::assign(std::string_view piece, std::uint32_t origin) {
  view_ = piece;
  origin_ = origin;
  plain_ = true;
}

Span AlignedText::source(std::size_t at) const {
  return plain_ ? source(at, at + 1) : align_[at];
}

void AlignedText::begin(std::uint32_t origin) {
  bytes_.clear();
  align_.clear();
  origin_ = origin;
  plain_ = false;
  own();
}

void AlignedText::append(char32_t c, Span source) {
  std::array<char, 4> buffer;
  append(std::string_view(buffer.data(), encode_utf8(c, buffer.data())), source);
}

void AlignedText::append(std::string_view bytes, Span source) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  for (std::size_t i = 0; i < bytes.size(); ++i) align_.push_back(source);
  own();
}

void AlignedText::copy(const AlignedText& from, std::size_t begin, std::size_t end) {
  bytes_.insert(bytes_.end(), from.view_.data() + begin, from.view_.data() + end);
  own();
  if (!from.plain_) {
    align_.insert(align_.end(), from.align_.begin() + static_cast<std::ptrdiff_t>(begin),
                  from.align_.begin() + static_cast<std::ptrdiff_t>(end));
    return;
  }
  const std::size_t before = align_.size();
  align_.resize(bytes_.size());
  Span* out = align_.data() + before;
  for (std::size_t at = begin; at < end;) {
    const std::uint32_t length = sequence_length(from.view_[at]);
    const std::uint32_t start = from.origin_ + static_cast<std::uint32_t>(at);
    for (std::uint32_t i = 0; i < length; ++i) *out++ = {start, start + length};
    at += length;
  }
}

void AlignedText::transform(const AlignedText& from, const std::vector<Change>& changes) {
  begin(from.origin());
  const std::string_view before = from.bytes();
  std::size_t at = 0;
  const auto skip = [&] { at += at < before.size() ? sequence_length(before[at]) : 0; };
  for (const Change& change : changes) {
    if (change.change > 0) {
      append(change.value, at == 0 ? Span{from.origin(), from.origin()} : from.source(at - 1));
      continue;
    }
    append(change.value, at < before.size() ? from.source(at) : Span{from.origin(), from.origin()});
    for (std::int32_t i = change.change; i <= 0; ++i) skip();
  }
}

char* AlignedText::plain_copy_of(const AlignedText& from) {
  bytes_.resize(from.size());
  origin_ = from.origin_;
  plain_ = true;
  own();
  return bytes_.data();
}

void AlignedText::own() {
  view_ = {bytes_.data(), bytes_.size()};
}

}  // namespace signalbox::tokenizers
