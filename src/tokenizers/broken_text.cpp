#include "tokenizers/broken_text.h"

#include <unicode/utf8.h>

#include "text/unicode.h"

namespace signalbox::tokenizers {
namespace {

constexpr std::string_view kReplacementBytes = "\xEF\xBF\xBD";

// Bytes of the sequence at `at`; negative: of the maximal broken part there.
int step(std::string_view text, std::size_t at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t i = at;
  UChar32 c = 0;
  U8_NEXT(bytes, i, text.size(), c);  // stops after the maximal part, as the Unicode standard recommends
  const int length = static_cast<int>(i - at);
  return c < 0 ? -length : length;
}

std::size_t valid_from(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const int length = step(text, at);
    if (length < 0) break;
    at += static_cast<std::size_t>(length);
  }
  return at;
}

}  // namespace

std::size_t valid_prefix(std::string_view text) {
  return text::is_ascii(text) ? text.size() : valid_from(text, 0);
}

std::string_view BrokenText::repair(std::string_view text) {
  origin_.clear();
  std::size_t good = valid_prefix(text);
  if (good == text.size()) return text;
  bytes_.clear();
  for (std::size_t at = 0; at < text.size();) {
    append_valid(text, at, good);
    at = good;
    if (at == text.size()) break;
    bytes_ += kReplacementBytes;
    origin_.insert(origin_.end(), kReplacementBytes.size(), static_cast<std::uint32_t>(at));
    at += static_cast<std::size_t>(-step(text, at));
    good = valid_from(text, at);
  }
  origin_.push_back(static_cast<std::uint32_t>(text.size()));
  return bytes_;
}

void BrokenText::append_valid(std::string_view text, std::size_t begin, std::size_t end) {
  bytes_.append(text, begin, end - begin);
  for (std::size_t i = begin; i < end; ++i) origin_.push_back(static_cast<std::uint32_t>(i));
}

Span BrokenText::original(Span repaired) const {
  return {origin_[repaired.begin], origin_[repaired.end]};
}

}  // namespace signalbox::tokenizers
