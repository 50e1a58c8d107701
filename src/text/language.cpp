#include "text/language.h"

// compact_lang_det.h names FILE without including this.
#include <cstdio>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <algorithm>
#include <array>
#include <optional>

#include "text/unicode.h"

namespace signalbox::text {
namespace {

constexpr int kStrict = 0;
constexpr int kBestEffort = 0x4000;  // CLD2's kCLDFlagBestEffort, which its public header does not name

// The start of the text as valid UTF-8 of at most kSample bytes; CLD2 must not see anything else.
std::string sample(std::string_view text) {
  std::string out;
  out.reserve(std::min(text.size(), LanguageDetector::kSample));
  for (std::size_t i = 0; i < text.size() && out.size() + 4 <= LanguageDetector::kSample;) {
    const CodePoint c = decode_at(text, i);
    const bool invalid = (c.length == 1 && c.value == kReplacement) || c.value == 0;
    invalid ? out.append(1, ' ') : out.append(text, i, c.length);
    i += c.length;
  }
  return out;
}

bool is_letter(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Numbers, identifiers, code: more structure than words. Letters beyond ASCII count by their bytes, which is in favour
// of language.
bool no_prose(std::string_view text) {
  constexpr std::string_view kStructure = "{}[]();=<>_$#/\\|&^*~`+0123456789";
  const auto letters = static_cast<std::size_t>(std::ranges::count_if(text, is_letter));
  const auto structure = static_cast<std::size_t>(
      std::ranges::count_if(text, [&](char c) { return kStructure.find(c) != std::string_view::npos; }));
  return letters == 0 || structure * 3 > letters;
}

bool has_letter(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_at(text, i);
    if (is_word_char(c.value) && !(c.value >= '0' && c.value <= '9') && c.value != '_' && !is_mark(c.value))
      return true;
    i += c.length;
  }
  return false;
}

// CLD2's codes of old and of script variants.
std::string iso_code(std::string code) {
  code = code.substr(0, code.find('-'));
  if (code == "iw") return "he";
  if (code == "jw") return "jv";
  if (code == "nb") return "no";
  return code;
}

std::optional<Language> ask(const std::string& text, int flags) {
  const CLD2::CLDHints hints{nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  std::array<CLD2::Language, 3> languages{};
  std::array<int, 3> percents{};
  std::array<double, 3> scores{};
  int text_bytes = 0;
  bool reliable = false;
  CLD2::ExtDetectLanguageSummary(text.data(), static_cast<int>(text.size()), /*is_plain_text=*/true, &hints, flags,
                                 languages.data(), percents.data(), scores.data(), nullptr, &text_bytes, &reliable);
  if (languages[0] == CLD2::UNKNOWN_LANGUAGE) return std::nullopt;
  const double share = std::clamp(percents[0] / 100.0, 0.0, 1.0);
  return Language{iso_code(CLD2::LanguageCode(languages[0])), share, reliable};
}

}  // namespace

Language LanguageDetector::detect(std::string_view text) const {
  const std::string judged = sample(text);
  if (no_prose(judged) || !has_letter(judged)) return {};
  if (auto found = ask(judged, kStrict)) return std::move(*found);
  auto found = ask(judged, kBestEffort);
  if (!found) return {};
  found->confidence /= 2;
  found->reliable = false;
  return std::move(*found);
}

}  // namespace signalbox::text
