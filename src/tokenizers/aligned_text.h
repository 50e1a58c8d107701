// A text on its way through normalizers: its present bytes, and for each byte the bytes of the original it came from.
//
// The reference keeps a pair of offsets for each byte. Most text changes little, so here a text may be *plain*: as long
// as the original and cut at the same places, where offsets are computed, not stored (ASCII lower-casing keeps a text
// plain). Owner: Scratch; buffers keep their capacity. One thread at a time. A plain text may view bytes it does not
// own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizers/encoding.h"
#include "tokenizers/utf8.h"

namespace signalbox::tokenizers {

// One character of a changed text. 0: it stands for the next character of the text before; positive: it was inserted,
// and shares the offsets of what stands before it; -n: like 0, and the n characters after that one are gone.
struct Change {
  char32_t value = 0;
  std::int32_t change = 0;
};

class AlignedText {
 public:
  // A piece of the original text, unchanged, that starts at `origin`. Views it.
  void assign(std::string_view piece, std::uint32_t origin);

  std::string_view bytes() const { return view_; }
  std::size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }
  bool plain() const { return plain_; }
  std::uint32_t origin() const { return origin_; }

  // Where the byte came from.
  Span source(std::size_t at) const;
  // Where the non-empty range came from: from the first byte's begin to the last byte's end.
  Span source(std::size_t begin, std::size_t end) const {
    if (!plain_) return {align_[begin].begin, align_[end - 1].end};
    while (begin > 0 && is_continuation(view_[begin])) --begin;
    while (end < view_.size() && is_continuation(view_[end])) ++end;
    return {origin_ + static_cast<std::uint32_t>(begin), origin_ + static_cast<std::uint32_t>(end)};
  }

  // Building. begin() empties it; then append in order.
  void begin(std::uint32_t origin);
  void append(char32_t c, Span source);
  void append(std::string_view bytes, Span source);
  // Copies bytes [begin, end) of `from` with their alignment.
  void copy(const AlignedText& from, std::size_t begin, std::size_t end);
  // The reference's "transform" of the whole text `from`: see Change.
  void transform(const AlignedText& from, const std::vector<Change>& changes);
  // Makes it a plain text over own bytes of the same length as `from`, which must be plain; returns them to be filled.
  char* plain_copy_of(const AlignedText& from);

 private:
  void own();

  std::string_view view_;
  std::vector<char> bytes_;  // not a string: swapping two of these texts must not move the bytes that view_ views
  std::vector<Span> align_;  // per byte, unless plain
  std::uint32_t origin_ = 0;
  bool plain_ = true;
};

}  // namespace signalbox::tokenizers
