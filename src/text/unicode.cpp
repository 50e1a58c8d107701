#include "text/unicode.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <array>
#include <bitset>
#include <cstring>
#include <stdexcept>

namespace signalbox::text {
namespace {

constexpr char32_t kAsciiEnd = 0x80;
constexpr char32_t kHangulBegin = 0xAC00;
constexpr char32_t kHangulEnd = 0xD7A4;

bool ascii_word(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

UScriptCode script_of(char32_t c) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(static_cast<UChar32>(c), &status);
}

bool is_unspaced_script(UScriptCode script) {
  switch (script) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_KATAKANA_OR_HIRAGANA:
    case USCRIPT_HANGUL:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
}

bool is_real_script(UScriptCode script) {
  return script != USCRIPT_COMMON && script != USCRIPT_INHERITED && script != USCRIPT_UNKNOWN;
}

// Which code points folding changes, and into what. Asking ICU for each character costs 50-100 ns; here most are
// answered by one bit, and the alphabets with case by a small string.
class FoldTable {
 public:
  FoldTable() : small_(kSmallEnd) {
    UErrorCode status = U_ZERO_ERROR;
    normalizer_ = icu::Normalizer2::getNFKCCasefoldInstance(status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no NFKC_Casefold data");
    icu::UnicodeString mapping;
    for (char32_t c = 0; c < changed_.size(); ++c) {
      const bool hangul = c >= kHangulBegin && c < kHangulEnd;
      changed_[c] = !hangul && look_up(c, mapping);
      if (c < kSmallEnd) small_[c] = small(c);
    }
  }

  bool changed(char32_t c) const { return c >= changed_.size() || changed_[c]; }

  void append(char32_t c, std::string& out) const {
    if (c < kSmallEnd && small_[c].length != kTooLong) {
      out.append(small_[c].bytes.data(), small_[c].length);
    } else if (icu::UnicodeString mapping; changed(c) && look_up(c, mapping)) {
      mapping.toUTF8String(out);
    } else {
      append_utf8(c, out);
    }
  }

 private:
  static constexpr char32_t kSmallEnd = 0x2000;  // Latin to Greek Extended
  static constexpr std::uint8_t kTooLong = 0xFF;

  struct Small {
    std::uint8_t length = kTooLong;
    std::array<char, 7> bytes{};
  };

  bool look_up(char32_t c, icu::UnicodeString& mapping) const {
    return normalizer_->getDecomposition(static_cast<UChar32>(c), mapping) != 0;
  }

  Small small(char32_t c) const {
    std::string folded;
    append(c, folded);
    Small out;
    if (folded.size() > out.bytes.size()) return out;
    out.length = static_cast<std::uint8_t>(folded.size());
    folded.copy(out.bytes.data(), folded.size());
    return out;
  }

  const icu::Normalizer2* normalizer_ = nullptr;  // ICU's own, lives as long as the process
  std::bitset<0x10000> changed_;
  std::vector<Small> small_;
};

const FoldTable& fold_table() {
  static const FoldTable table;  // immutable
  return table;
}

// The first code point before `pos` (or from it on) that is not ignorable.
CodePoint visible_before(std::string_view text, std::size_t pos) {
  CodePoint c = decode_before(text, pos);
  while (c.length != 0 && is_ignorable(c.value)) {
    pos -= c.length;
    c = decode_before(text, pos);
  }
  return c;
}

CodePoint visible_from(std::string_view text, std::size_t pos) {
  CodePoint c = decode_at(text, pos);
  while (c.length != 0 && is_ignorable(c.value)) {
    pos += c.length;
    c = decode_at(text, pos);
  }
  return c;
}

bool is_digit(char32_t c) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_ND_MASK) != 0;
}

bool good_edge(CodePoint inside, CodePoint outside) {
  if (outside.length == 0 || inside.length == 0) return true;
  if (!is_word_char(inside.value) || !is_word_char(outside.value)) return true;
  if (inside.value < kAsciiEnd && outside.value < kAsciiEnd) return false;
  if (is_unspaced(inside.value)) return true;
  // A digit goes on with a letter of any script that puts spaces between words ("v\u0663"), as UAX #29 has it (WB9,
  // WB10).
  if (is_digit(inside.value) || is_digit(outside.value)) return is_unspaced(outside.value);
  const UScriptCode a = script_of(inside.value);
  const UScriptCode b = script_of(outside.value);
  // A digit or mark (no script of its own) beside an unspaced letter is an edge too: "2024年".
  return (is_real_script(a) && is_real_script(b) && a != b) || (!is_mark(outside.value) && is_unspaced_script(b));
}

}  // namespace

CodePoint decode_at(std::string_view text, std::size_t pos) {
  if (pos >= text.size()) return {};
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t i = pos;
  UChar32 c = 0;
  U8_NEXT(bytes, i, text.size(), c);
  if (c < 0) return {kReplacement, 1};
  return {static_cast<char32_t>(c), static_cast<std::uint32_t>(i - pos)};
}

CodePoint decode_before(std::string_view text, std::size_t pos) {
  if (pos == 0 || pos > text.size()) return {};
  for (std::size_t length = 1; length <= 4 && length <= pos; ++length) {
    const CodePoint c = decode_at(text, pos - length);
    if (c.length == length && (length > 1 || static_cast<unsigned char>(text[pos - 1]) < kAsciiEnd)) return c;
  }
  return {kReplacement, 1};
}

void append_utf8(char32_t value, std::string& out) {
  std::array<std::uint8_t, 4> buffer{};
  std::size_t length = 0;
  U8_APPEND_UNSAFE(buffer.data(), length, value);
  out.append(reinterpret_cast<const char*>(buffer.data()), length);
}

std::u32string to_code_points(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_at(text, i);
    out.push_back(c.value);
    i += c.length;
  }
  return out;
}

bool is_ascii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::size_t i = 0;
  std::uint64_t seen = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t chunk = 0;
    std::memcpy(&chunk, text.data() + i, 8);
    seen |= chunk;
  }
  for (; i < text.size(); ++i) seen |= static_cast<unsigned char>(text[i]);
  return (seen & kHighBits) == 0;
}

bool is_mark(char32_t c) {
  return c >= 0x300 && (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_M_MASK) != 0;
}

bool is_word_char(char32_t c) {
  if (c < kAsciiEnd) return ascii_word(c);
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_PC_MASK)) != 0;
}

bool is_ignorable(char32_t c) {
  // The zero-width space says "a word may end here", so it is no character to look through.
  return c >= 0xAD && c != 0x200B && u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool is_unspaced(char32_t c) {
  if (c < 0xE00) return false;
  if (c == 0x30FC) return true;  // the prolonged sound mark is of both kana and so of script Common
  return is_unspaced_script(script_of(c));
}

bool at_word_edges(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view match = text.substr(begin, end - begin);
  return good_edge(visible_from(match, 0), visible_before(text, begin)) &&
         good_edge(visible_before(match, match.size()), visible_from(text, end));
}

bool splits_character(std::string_view text, std::size_t end) {
  if (end >= text.size() || static_cast<unsigned char>(text[end]) < kAsciiEnd) return false;
  const CodePoint next = visible_from(text, end);
  return next.length != 0 && is_mark(next.value);
}

namespace {

// Calls visit(begin, end) for each word.
template <typename Visit>
void for_each_word(std::string_view text, Visit visit) {
  std::size_t begin = 0;
  bool open = false;
  bool unspaced = false;
  std::size_t i = 0;
  const auto close = [&] {
    if (open) visit(begin, i);
    open = false;
  };
  while (i < text.size()) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < kAsciiEnd) {  // the common case, without asking ICU
      if (!ascii_word(byte) || unspaced) close();
      if (!open && ascii_word(byte)) {
        begin = i;
        open = true;
        unspaced = false;
      }
      ++i;
      continue;
    }
    const CodePoint c = decode_at(text, i);
    const bool ignorable = is_ignorable(c.value);
    const bool mark = is_mark(c.value);
    if (ignorable || (mark && open)) {
      // belongs to whatever is open
    } else if (!is_word_char(c.value)) {
      close();
    } else {
      const bool now_unspaced = is_unspaced(c.value);
      if (now_unspaced || unspaced != now_unspaced) close();
      if (!open) begin = i;
      open = true;
      unspaced = now_unspaced;
    }
    i += c.length;
  }
  close();
}

}  // namespace

std::vector<Range> words(std::string_view text) {
  std::vector<Range> out;
  for_each_word(text, [&](std::size_t begin, std::size_t end) { out.push_back({begin, end}); });
  return out;
}

std::size_t count_units(std::string_view text) {
  std::size_t count = 0;
  for_each_word(text, [&](std::size_t, std::size_t) { ++count; });
  return count;
}

void append_folded(char32_t c, std::string& out) {
  fold_table().append(c, out);
}

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_at(text, i);
    append_folded(c.value, out);
    i += c.length;
  }
  return out;
}

namespace {

char lower_ascii(char c) {
  return static_cast<char>(c + (c >= 'A' && c <= 'Z' ? 'a' - 'A' : 0));
}

}  // namespace

FoldedText::FoldedText(std::string_view text) : text_(text) {
  if (is_ascii(text)) {
    // Not resize_and_overwrite: that of libstdc++ 12 may offer more room than it was asked for.
    bytes_.resize(text.size());
    const char* const in = text.data();  // plain pointers, so that the compiler makes it a vector loop
    char* const out = bytes_.data();
    for (std::size_t i = 0; i < text.size(); ++i) out[i] = lower_ascii(in[i]);
    return;
  }
  bytes_.reserve(text.size() + text.size() / 8);
  origin_.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size();)
    i = static_cast<unsigned char>(text[i]) < kAsciiEnd ? append_ascii(i) : append_other(i);
}

// Appends the run of ASCII that starts at `begin`; returns its end.
std::size_t FoldedText::append_ascii(std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < text_.size() && static_cast<unsigned char>(text_[end]) < kAsciiEnd) ++end;
  const std::size_t at = bytes_.size();
  bytes_.resize(at + end - begin);
  origin_.resize(bytes_.size());
  const char* const in = text_.data() + begin;
  char* const out = bytes_.data() + at;
  std::uint32_t* const origin = origin_.data() + at;
  for (std::size_t i = 0; i < end - begin; ++i) {
    out[i] = lower_ascii(in[i]);
    origin[i] = static_cast<std::uint32_t>(begin + i);
  }
  return end;
}

std::size_t FoldedText::append_other(std::size_t begin) {
  const CodePoint c = decode_at(text_, begin);
  if (c.length > 1 && !fold_table().changed(c.value)) {
    bytes_.append(text_, begin, c.length);
  } else {
    append_folded(c.value, bytes_);
  }
  origin_.resize(bytes_.size(), static_cast<std::uint32_t>(begin));
  return begin + c.length;
}

bool FoldedText::at_character(std::size_t folded) const {
  if (origin_.empty() || folded == 0 || folded >= bytes_.size()) return true;
  return origin_[folded] != origin_[folded - 1];
}

Range FoldedText::original(std::size_t begin, std::size_t end) const {
  if (origin_.empty()) return {begin, end};
  const std::size_t last = origin_[end - 1];
  return {origin_[begin], last + decode_at(text_, last).length};
}

}  // namespace signalbox::text
