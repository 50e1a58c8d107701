// Personal data in arbitrary bytes: spans lie in the text, ascend, do not overlap, cut no character of a well-formed
// text, and are the same each time; every type alone sees what it sees in company.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pii/pii.h"

namespace {

using signalbox::pii::Found;
using signalbox::pii::Options;
using signalbox::pii::Span;

constexpr std::size_t kMaxText = 8192;

void check(bool holds) {
  if (!holds) std::abort();
}

// The bytes of a character follow its first one; only there a span may not begin or end. Stray ones do not count.
bool inside_character(std::string_view text, std::size_t pos) {
  if (pos == 0 || pos >= text.size()) return false;
  const auto byte = static_cast<unsigned char>(text[pos]);
  const auto previous = static_cast<unsigned char>(text[pos - 1]);
  return (byte & 0xC0U) == 0x80 && previous >= 0xC2 && previous <= 0xF4;
}

void check_spans(std::string_view text, const Found& found) {
  std::size_t end = 0;
  for (const Span& span : found.spans) {
    check(span.begin >= end && span.begin < span.end && span.end <= text.size());
    check(span.score >= 0 && span.score <= 1 && !span.validator.empty());
    check(!inside_character(text, span.begin) && !inside_character(text, span.end));
    end = span.end;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = std::string_view(reinterpret_cast<const char*>(data), size).substr(0, kMaxText);
  const Found found = signalbox::pii::find(text, {});
  check_spans(text, found);
  check(signalbox::pii::find(text, {}).spans == found.spans);
  Options few;
  few.max_spans = 3;
  few.min_score = 0;
  const Found cut = signalbox::pii::find(text, few);
  check(cut.spans.size() <= 3);
  check_spans(text, cut);
  return 0;
}
