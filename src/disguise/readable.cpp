#include "disguise/readable.h"

#include "disguise/ascii.h"
#include "text/unicode.h"

namespace signalbox::disguise {

bool is_readable(std::string_view bytes) {
  constexpr std::size_t kFewest = 6;
  std::size_t characters = 0, words = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const text::CodePoint point = text::decode_at(bytes, at);
    const char32_t c = point.value;
    if (c == text::kReplacement || c == 0x7F || (c < ' ' && c != '\n' && c != '\t' && c != '\r')) return false;
    if (c >= 0x80 ? text::is_word_char(c)
                  : is_letter(static_cast<char>(c)) || is_digit(static_cast<char>(c)) || c <= ' ')
      ++words;
    ++characters;
    at += point.length;
  }
  return characters >= kFewest && words * 5 >= characters * 3;
}

}  // namespace signalbox::disguise
