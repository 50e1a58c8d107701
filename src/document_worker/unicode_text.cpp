#include "document_worker/unicode_text.h"

#include <algorithm>

#include "documents/pdf_pool.h"
#include "text/unicode.h"

namespace signalbox::document_worker {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

bool is_character(std::uint32_t c) {
  return c != 0 && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

std::string without_space(const std::string& text) {
  std::string letters;
  std::copy_if(text.begin(), text.end(), std::back_inserter(letters),
               [](char c) { return c != ' ' && c != '\n' && c != '\r' && c != '\t' && c != documents::kPageEnd; });
  return letters;
}

}  // namespace

void append_character(std::uint32_t character, std::string& out) {
  const std::uint32_t safe = is_character(character) ? character : kReplacement;
  text::append_utf8(character == documents::kPageEnd ? ' ' : safe, out);
}

bool has_meaning(std::uint32_t c) {
  const bool control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c <= 0x9F);
  return is_character(c) && !control && c != kReplacement && !(c >= 0xE000 && c <= 0xF8FF) && c < 0xF0000;
}

bool same_letters(const std::string& a, const std::string& b) {
  return without_space(a) == without_space(b);
}

}  // namespace signalbox::document_worker
