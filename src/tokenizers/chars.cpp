#include "tokenizers/chars.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace signalbox::tokenizers {
namespace {

constexpr int kCategoriesVersion = 800;  // the crate unicode_categories
constexpr int kNormalizerVersion = 900;  // the crate unicode-normalization-alignments
constexpr int kKnownToAll = 1500;        // ICU 72; the rest comes from new_ranges()

std::uint32_t category(char32_t c) {
  return U_GET_GC_MASK(static_cast<UChar32>(c));
}

bool has(char32_t c, std::uint32_t mask) {
  return (category(c) & mask) != 0;
}

bool is_chinese(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

bool is_ascii_punct(char32_t c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

// Where unicode_categories 0.1.1 differs from Unicode 8.0: a character whose category changed later.
std::uint16_t category_exceptions(char32_t c) {
  if (c == 0x166D || c == 0x111C9) return kBertPunct;
  if (c == 0x1734) return kBertMark;
  return 0;
}

bool was_no_mark(char32_t c) {
  return c == 0x1885 || c == 0x1886 || c == 0xA9BD || c == 0x111C9;
}

std::uint16_t old_classes(char32_t c) {
  std::uint16_t classes = category_exceptions(c);
  if (c == 0 || c == 0xFFFD) classes |= kBertRemoved;
  if (!in_version(c, kCategoriesVersion)) return classes;
  const bool keeps_line = c == '\t' || c == '\n' || c == '\r';
  if (has(c, U_GC_P_MASK) || is_ascii_punct(c)) classes |= kBertPunct;
  if (has(c, U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK) && !keeps_line) classes |= kBertRemoved;
  if (has(c, U_GC_MN_MASK) && !was_no_mark(c)) classes |= kBertMark;
  return classes;
}

std::uint16_t normalizer_classes(char32_t c, const icu::Normalizer2& compatible) {
  std::uint16_t classes = c == 0x1CF2 || c == 0x1CF3 ? kCombining : 0;
  if (!in_version(c, kNormalizerVersion)) return classes;
  const auto code = static_cast<UChar32>(c);
  icu::UnicodeString ignored;
  if (has(c, U_GC_M_MASK) && c != 0x111C9) classes |= kCombining;
  if (compatible.getCombiningClass(code) != 0 || compatible.getDecomposition(code, ignored)) classes |= kDecomposes;
  return classes;
}

std::uint16_t current_classes(char32_t c) {
  std::uint16_t classes = is_chinese(c) ? kChinese : 0;
  if (!in_version(c, kKnownToAll)) return classes;
  const auto code = static_cast<UChar32>(c);
  UErrorCode status = U_ZERO_ERROR;
  const auto set = [&](bool yes, CharClass which) {
    if (yes) classes |= which;
  };
  set(u_isUWhiteSpace(code), kWhite);
  set(has(c, U_GC_L_MASK), kLetter);
  set(has(c, U_GC_N_MASK), kNumber);
  set(has(c, U_GC_N_MASK), kNumeric);
  set(has(c, U_GC_M_MASK), kMark);
  set(has(c, U_GC_LU_MASK | U_GC_LT_MASK), kUpper);
  set(has(c, U_GC_LL_MASK), kLower);
  set(has(c, U_GC_LM_MASK | U_GC_LO_MASK), kCaseless);
  set(uscript_getScript(code, &status) == USCRIPT_HAN, kHan);
  set(u_isUAlphabetic(code) || has(c, U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK) ||
          u_hasBinaryProperty(code, UCHAR_JOIN_CONTROL),
      kWord);
  return classes;
}

const icu::Normalizer2& compatible_normalizer() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const found = icu::Normalizer2::getNFKDInstance(status);
  if (U_FAILURE(status)) throw std::runtime_error("ICU has no normalization data");
  return *found;
}

}  // namespace

bool in_version(char32_t c, int version) {
  UVersionInfo age;
  u_charAge(static_cast<UChar32>(c), age);
  const int since = age[0] * 100 + age[1] * 10;
  return since != 0 && since <= version;
}

CharTable::CharTable() : index_(kEnd >> kPageBits) {
  const icu::Normalizer2& compatible = compatible_normalizer();
  std::vector<std::uint16_t> all(kEnd);
  for (char32_t c = 0; c < kEnd; ++c) {
    const bool unassigned_plane = c >= 0x33480 && c < 0xE0000;
    if (unassigned_plane || (c >= 0xD800 && c < 0xE000)) continue;
    all[c] = static_cast<std::uint16_t>(old_classes(c) | normalizer_classes(c, compatible) | current_classes(c));
  }
  for (const NewRange& range : new_ranges()) {
    for (char32_t c = range.first; c <= range.last; ++c) all[c] = static_cast<std::uint16_t>(all[c] | range.classes);
  }
  std::ranges::copy_n(all.begin(), 128, ascii_.begin());
  std::map<std::vector<std::uint16_t>, std::uint16_t> seen;
  for (std::size_t page = 0; page < index_.size(); ++page) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(page << kPageBits);
    std::vector<std::uint16_t> content(begin, begin + (1 << kPageBits));
    const auto [at, is_new] = seen.try_emplace(content, static_cast<std::uint16_t>(seen.size()));
    if (is_new) pages_.insert(pages_.end(), content.begin(), content.end());
    index_[page] = at->second;
  }
}

const CharTable& CharTable::get() {
  static const CharTable table;  // immutable
  return table;
}

Lowered lowercase(char32_t c) {
  if (c < 0x80) return {c >= 'A' && c <= 'Z' ? c + 32 : c, 0};
  if (c == 0x130) return {'i', 0x307};
  for (const NewLower& range : new_lower()) {
    if (c >= range.first && c <= range.last)
      return {static_cast<char32_t>(static_cast<std::int32_t>(c) + range.shift), 0};
  }
  return {static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))), 0};
}

}  // namespace signalbox::tokenizers
