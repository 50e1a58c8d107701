// Each scanner follows its expression alternative by alternative; the comments name them. Where the expression would
// backtrack, the scanner knows where that ends: "\s+(?!\S)" before a word is the white space but its last character,
// and
// "\s*[\r\n]+" ends after the last line break of the white space.
#include "tokenizers/scanners.h"

#include <array>

#include "tokenizers/utf8.h"

namespace signalbox::tokenizers {
namespace {

constexpr std::uint16_t kUpperLike = kUpper | kCaseless | kMark;
constexpr std::uint16_t kLowerLike = kLower | kCaseless | kMark;

struct Reader {
  const CharTable& chars;
  std::string_view text;

  struct Char {
    std::uint16_t classes;
    std::uint32_t length;
  };
  Char at(std::uint32_t i) const {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) return {chars.ascii()[byte], 1};
    const Decoded c = decode_valid(text, i);
    return {chars[c.value], c.length};
  }
  bool ends(std::uint32_t i) const { return i >= text.size(); }
  bool is(std::uint32_t i, std::uint16_t classes) const { return !ends(i) && (at(i).classes & classes) != 0; }

  std::uint32_t run(std::uint32_t i, std::uint16_t classes, std::uint32_t most = 0xFFFFFFFF) const {
    for (; most > 0 && !ends(i); --most) {
      const Char c = at(i);
      if ((c.classes & classes) == 0) break;
      i += c.length;
    }
    return i;
  }
  std::uint32_t run_without(std::uint32_t i, std::uint16_t classes) const {
    while (!ends(i)) {
      const Char c = at(i);
      if ((c.classes & classes) != 0) break;
      i += c.length;
    }
    return i;
  }
  std::uint32_t run_of(std::uint32_t i, std::string_view bytes) const {
    while (!ends(i) && bytes.find(text[i]) != std::string_view::npos) ++i;
    return i;
  }
};

// 's|'t|'re|'ve|'m|'ll|'d at an apostrophe; where case does not count, the long s (ſ) is an s.
std::uint32_t contraction(std::string_view text, std::uint32_t at, bool any_case) {
  if (at + 1 >= text.size() || text[at] != '\'') return at;
  const auto lower = [&](std::uint32_t i) {
    if (i >= text.size()) return '\0';
    const char c = text[i];
    return any_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  };
  const char first = lower(at + 1);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return at + 2;
  const char second = lower(at + 2);
  const bool two =
      (first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l');
  if (two) return at + 3;
  return any_case && text.substr(at + 1).starts_with("\xC5\xBF") ? at + 3 : at;
}

// \s+(?!\S)|\s+ at white space.
std::uint32_t white_space(const Reader& reader, std::uint32_t at) {
  const std::uint32_t end = reader.run(at, kWhite);
  if (reader.ends(end)) return end;
  const std::uint32_t last = end - decode_valid_before(reader.text, end).length;
  return last > at ? last : end;
}

// \s*[\r\n]+|\s+(?!\S)|\s+ at white space.
std::uint32_t lines_or_white_space(const Reader& reader, std::uint32_t at) {
  const std::uint32_t end = reader.run(at, kWhite);
  for (std::uint32_t i = end; i > at; --i) {
    if (reader.text[i - 1] == '\n' || reader.text[i - 1] == '\r') return i;
  }
  if (reader.ends(end)) return end;
  const std::uint32_t last = end - decode_valid_before(reader.text, end).length;
  return last > at ? last : end;
}

// Cuts at letters, numbers and the rest as GPT-4's first expression does, with `number` digits to a group.
std::uint32_t scan_gpt4(const CharTable& chars, std::string_view text, std::uint32_t at, std::uint16_t letters,
                        std::uint32_t number) {
  const Reader reader{chars, text};
  if (const std::uint32_t end = contraction(text, at, true); end > at) return end;
  const Reader::Char first = reader.at(at);
  // [^\r\n\p{L}\p{N}]?\p{L}+
  if ((first.classes & letters) != 0 && (first.classes & kLetter) != 0) return reader.run(at + first.length, letters);
  const bool line_break = text[at] == '\r' || text[at] == '\n';
  if (!line_break && (first.classes & (kLetter | kNumber)) == 0 && reader.is(at + first.length, letters)) {
    return reader.run(at + first.length, letters);
  }
  if ((first.classes & letters) != 0) return reader.run(at + first.length, letters);
  // \p{N}{1,3}
  if ((first.classes & kNumber) != 0) return reader.run(at, kNumber, number);
  //  ?[^\s\p{L}\p{N}]+[\r\n]*
  const auto none = static_cast<std::uint16_t>(kWhite | kNumber | letters);
  const std::uint32_t begin = text[at] == ' ' ? at + 1 : at;
  const std::uint32_t end = reader.run_without(begin, none);
  if (end > begin) return reader.run_of(end, "\r\n");
  return lines_or_white_space(reader, at);
}

std::uint32_t scan_llama3(const CharTable& chars, std::string_view text, std::uint32_t at) {
  return scan_gpt4(chars, text, at, kLetter, 3);
}

std::uint32_t scan_qwen2(const CharTable& chars, std::string_view text, std::uint32_t at) {
  return scan_gpt4(chars, text, at, kLetter, 1);
}

std::uint32_t scan_qwen35(const CharTable& chars, std::string_view text, std::uint32_t at) {
  return scan_gpt4(chars, text, at, kLetter | kMark, 1);
}

// [U]*[W]+ from `at` on, U being upper-like and W lower-like (they share the caseless and marks); `at` if there is
// none.
std::uint32_t upper_then_lower(const Reader& reader, std::uint32_t at) {
  std::uint32_t last_shared_end = at;
  std::uint32_t i = at;
  while (!reader.ends(i)) {
    const Reader::Char c = reader.at(i);
    if ((c.classes & kUpperLike) == 0) break;
    i += c.length;
    if ((c.classes & kLowerLike) != 0) last_shared_end = i;
  }
  if (reader.is(i, kLowerLike)) return reader.run(i, kLowerLike);
  return last_shared_end;
}

// The two word alternatives of GPT-4o's expression at `at`; `at` if neither matches.
std::uint32_t scan_cased_word(const Reader& reader, std::uint32_t at) {
  const Reader::Char first = reader.at(at);
  const bool line_break = reader.text[at] == '\r' || reader.text[at] == '\n';
  const bool prefix = !line_break && (first.classes & (kLetter | kNumber)) == 0;
  const std::uint32_t after = at + first.length;
  std::uint32_t end = prefix ? upper_then_lower(reader, after) : after;
  if (!prefix || end == after) {
    end = upper_then_lower(reader, at);
    if (end == at) {
      const std::uint32_t begin = prefix && reader.is(after, kUpperLike) ? after : at;
      end = reader.run(begin, kUpperLike);
      if (end == begin) return at;
      end = reader.run(end, kLowerLike);
    }
  }
  return contraction(reader.text, end, true) > end ? contraction(reader.text, end, true) : end;
}

std::uint32_t scan_gpt4o(const CharTable& chars, std::string_view text, std::uint32_t at) {
  const Reader reader{chars, text};
  if (const std::uint32_t end = scan_cased_word(reader, at); end > at) return end;
  if (reader.is(at, kNumber)) return reader.run(at, kNumber, 3);
  //  ?[^\s\p{L}\p{N}]+[\r\n/]*
  const std::uint32_t begin = text[at] == ' ' ? at + 1 : at;
  const std::uint32_t end = reader.run_without(begin, kWhite | kLetter | kNumber);
  if (end > begin) return reader.run_of(end, "\r\n/");
  return lines_or_white_space(reader, at);
}

// <\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+
std::uint32_t scan_clip(const CharTable& chars, std::string_view text, std::uint32_t at) {
  const Reader reader{chars, text};
  for (const std::string_view special : {"<|startoftext|>", "<|endoftext|>"}) {
    if (text.substr(at).starts_with(special)) return at + static_cast<std::uint32_t>(special.size());
  }
  if (const std::uint32_t end = contraction(text, at, false); end > at) return end;
  if (reader.is(at, kLetter)) return reader.run(at, kLetter);
  if (reader.is(at, kNumber)) return reader.run(at, kNumber, 1);
  return reader.run_without(at, kWhite | kLetter | kNumber);
}

struct Known {
  std::string_view expression;
  Scanner scanner;
};

constexpr std::array<Known, 6> kKnown = {{
    {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", scan_gpt2},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_llama3},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_qwen2},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_qwen35},
    {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
     R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
     R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_gpt4o},
    {R"(<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+)", scan_clip},
}};

}  // namespace

std::uint32_t scan_gpt2(const CharTable& chars, std::string_view text, std::uint32_t at) {
  const Reader reader{chars, text};
  if (const std::uint32_t end = contraction(text, at, false); end > at) return end;
  const std::uint32_t begin = text[at] == ' ' && at + 1 < text.size() ? at + 1 : at;
  const std::uint16_t classes = reader.at(begin).classes;
  if ((classes & kLetter) != 0) return reader.run(begin, kLetter);
  if ((classes & kNumber) != 0) return reader.run(begin, kNumber);
  if ((classes & kWhite) == 0) return reader.run_without(begin, kWhite | kLetter | kNumber);
  return white_space(reader, at);
}

std::uint32_t scan_words(const CharTable& chars, std::string_view text, std::uint32_t at) {
  const Reader reader{chars, text};
  if (reader.is(at, kWord)) return reader.run(at, kWord);
  return reader.run_without(at, kWord | kWhite);
}

Scanner find_scanner(std::string_view expression) {
  for (const Known& known : kKnown) {
    if (known.expression == expression) return known.scanner;
  }
  return nullptr;
}

bool matches_everything(Scanner scanner) {
  return scanner != scan_clip && scanner != scan_words;  // those two leave white space out
}

}  // namespace signalbox::tokenizers
