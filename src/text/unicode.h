// Unicode as text matching needs it: tolerant UTF-8 iteration, case folding that remembers where it came from, word
// edges and text units.
//
// Promises: every function accepts any bytes (a byte that starts no valid sequence is one U+FFFD of length 1), never
// reads outside its view and is linear in it. All functions are pure and may be called from any thread. A FoldedText
// owns its folded bytes and views the text it was made from (of less than 4 GiB), which must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::text {

inline constexpr char32_t kReplacement = 0xFFFD;

struct CodePoint {
  char32_t value = kReplacement;
  std::uint32_t length = 0;  // bytes; 0 only at the end (or start) of the text
};

// The code point that starts at `pos`, or the one that ends before it.
CodePoint decode_at(std::string_view text, std::size_t pos);
CodePoint decode_before(std::string_view text, std::size_t pos);
void append_utf8(char32_t value, std::string& out);
std::u32string to_code_points(std::string_view text);
bool is_ascii(std::string_view text);

// A letter, digit, connector (underscore) or combining mark: what \w is in Unicode (UTS #18, annex C).
bool is_word_char(char32_t c);
bool is_mark(char32_t c);
// Invisible and meaningless for matching: soft hyphen, zero-width joiner, variation selectors...
bool is_ignorable(char32_t c);
// Han, Hiragana, Katakana, Hangul, Thai, Lao, Khmer, Myanmar: a keyword there has no spaces around it to rely on.
bool is_unspaced(char32_t c);

// Byte range of the original text.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

// Whether text[begin, end) stands alone as a word. An edge is good when the character inside it is no word character
// ("C++" needs nothing on its right), belongs to an unspaced script, or faces the end of the text, a character that is
// no word character, or a letter of another script ("用Python写"). Ignorable characters are looked through.
bool at_word_edges(std::string_view text, std::size_t begin, std::size_t end);
// Whether a combining mark follows, so that ending at `end` would cut a character in two ("cafe" in "cafe\u0301").
bool splits_character(std::string_view text, std::size_t end);

// Words: maximal runs of word characters of spaced scripts; each letter of an unspaced script is a word of its own.
// These are also the text units that densities are measured in.
std::vector<Range> words(std::string_view text);
std::size_t count_units(std::string_view text);

// Text folded for caseless comparison, with the way back to the original bytes.
//
// Folding is Unicode's NFKC_Casefold mapping applied to each code point by itself (decomposed, Hangul syllables kept):
// full case folding (ß = ss), compatibility forms (ＡＢＣ = abc, ﬁ = fi, ｶﾅ = カナ), accents equal in both spellings,
// and ignorable characters dropped. It is not Turkish: I folds to i, İ to i with a dot, ı stays ı.
class FoldedText {
 public:
  explicit FoldedText(std::string_view text);

  std::string_view bytes() const { return bytes_; }
  // True when a code point of the original starts (or the text ends) at this folded offset.
  bool at_character(std::size_t folded) const;
  // Original range of the non-empty folded range [begin, end); both ends must be at_character.
  Range original(std::size_t begin, std::size_t end) const;

 private:
  std::size_t append_ascii(std::size_t begin);
  std::size_t append_other(std::size_t begin);

  std::string_view text_;
  std::string bytes_;
  std::vector<std::uint32_t> origin_;  // per folded byte, where its code point starts; empty when offsets are equal
};

std::string fold(std::string_view text);
// Appends the folding of one code point.
void append_folded(char32_t c, std::string& out);

}  // namespace signalbox::text
