// What a code point is, as the `tokenizers` package sees it.
//
// The package asks four libraries, each with tables of its own Unicode version: unicode_categories (8.0) for BERT's
// punctuation, control characters and marks, unicode-normalization (9.0), Oniguruma (16.0) for \p{...} in patterns, and
// Rust's own (17.0) for white space, numbers and case. ICU knows when each character came into Unicode, so every
// property here is ICU's, of the characters up to that version; what is newer than ICU 72 (15.0) is listed in
// chars_new.cpp.
//
// Promises: pure and immutable after the first call; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace signalbox::tokenizers {

enum CharClass : std::uint16_t {
  kWhite = 1 << 0,        // Rust's char::is_whitespace
  kBertPunct = 1 << 1,    // BERT's punctuation: ASCII symbols too
  kBertRemoved = 1 << 2,  // what clean_text drops
  kBertMark = 1 << 3,     // Mn, what strip_accents drops after NFD
  kChinese = 1 << 4,      // what handle_chinese_chars puts spaces around
  kCombining = 1 << 5,    // M, what the normalizer StripAccents drops
  kLetter = 1 << 6,       // \p{L}
  kNumber = 1 << 7,       // \p{N}
  kNumeric = 1 << 8,      // Rust's char::is_numeric
  kWord = 1 << 9,         // the regex crate's \w
  kMark = 1 << 10,        // \p{M}
  kUpper = 1 << 11,       // \p{Lu} and \p{Lt}
  kLower = 1 << 12,       // \p{Ll}
  kDecomposes = 1 << 13,  // NFD or NFKD changes it, or it has a combining class: no bystander in normalization
  kHan = 1 << 14,         // \p{Han}
  kCaseless = 1 << 15,    // \p{Lm} and \p{Lo}
};

class CharTable {
 public:
  static const CharTable& get();

  std::uint16_t operator[](char32_t c) const {
    if (c >= kEnd) return 0;
    return pages_[static_cast<std::size_t>(index_[c >> kPageBits]) << kPageBits | (c & kPageMask)];
  }
  bool is(char32_t c, std::uint16_t classes) const { return ((*this)[c] & classes) != 0; }
  const std::array<std::uint16_t, 128>& ascii() const { return ascii_; }

 private:
  static constexpr unsigned kPageBits = 7;
  static constexpr char32_t kPageMask = (1u << kPageBits) - 1;
  static constexpr char32_t kEnd = 0x110000;

  CharTable();

  std::vector<std::uint16_t> index_;
  std::vector<std::uint16_t> pages_;
  std::array<std::uint16_t, 128> ascii_{};
};

// Rust's char::to_lowercase: one code point except of U+0130, which gives two.
struct Lowered {
  char32_t first;
  char32_t second;  // 0: none
};
Lowered lowercase(char32_t c);

// Whether the character was in Unicode `version` (9.0 is 900).
bool in_version(char32_t c, int version);

// Characters of Unicode 15.1 to 17.0, which ICU 72 does not know.
struct NewRange {
  char32_t first;
  char32_t last;
  std::uint16_t classes;
};
struct NewLower {
  char32_t first;
  char32_t last;
  std::int32_t shift;  // to the lower case
};
const std::vector<NewRange>& new_ranges();
const std::vector<NewLower>& new_lower();

}  // namespace signalbox::tokenizers
