#include "disguise/confusables.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <stdexcept>
#include <vector>

namespace signalbox::disguise {
namespace {

constexpr char32_t kFirst = 0x80;
constexpr char32_t kEnd = 0x20000;  // planes 0 and 1: all alphabets, the mathematical and the enclosed letters

bool is_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Squared and negative letters, which have no decomposition in Unicode.
char enclosed(char32_t c) {
  for (const char32_t first : {0x1F150U, 0x1F170U, 0x1F1E6U}) {
    if (c >= first && c < first + 26) return static_cast<char>('A' + (c - first));
  }
  return 0;
}

// ICU's prototypes stand for all letters of one look: that of I is l, that of m is rn.
char look_of(char32_t c, const icu::UnicodeString& skeleton) {
  if (skeleton == "rn") return 'm';
  if (skeleton.length() != 1 || !is_letter(skeleton.charAt(0))) return 0;
  if (skeleton.charAt(0) == u'l' && u_isupper(static_cast<UChar32>(c)) != 0) return 'I';
  return static_cast<char>(skeleton.charAt(0));
}

class Table {
 public:
  Table() : looks_(kEnd - kFirst), forms_(kEnd - kFirst) {
    UErrorCode status = U_ZERO_ERROR;
    USpoofChecker* const checker = uspoof_open(&status);
    const icu::Normalizer2* const forms = icu::Normalizer2::getNFKCInstance(status);
    if (U_FAILURE(status) != 0) throw std::runtime_error("ICU has no data on confusable characters");
    for (char32_t c = kFirst; c < kEnd; ++c) fill(c, checker, *forms);
    uspoof_close(checker);
  }

  char look(char32_t c) const { return c >= kFirst && c < kEnd ? looks_[c - kFirst] : '\0'; }
  char form(char32_t c) const { return c >= kFirst && c < kEnd ? forms_[c - kFirst] : '\0'; }

 private:
  void fill(char32_t c, const USpoofChecker* checker, const icu::Normalizer2& forms) {
    const auto point = static_cast<UChar32>(c);
    forms_[c - kFirst] = enclosed(c);
    // Feminine and masculine ordinals are Spanish, not Latin letters in disguise.
    if (u_isUAlphabetic(point) == 0 || c == 0xAA || c == 0xBA) return;
    icu::UnicodeString mapped;
    if (forms.getDecomposition(point, mapped) != 0 && mapped.length() == 1 && is_letter(mapped.charAt(0))) {
      forms_[c - kFirst] = static_cast<char>(mapped.charAt(0));
      return;
    }
    if (c >= 0x3000 && c < 0xA000) return;  // Chinese, Japanese and Korean: none looks Latin
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString skeleton;
    uspoof_getSkeletonUnicodeString(checker, 0, icu::UnicodeString(point), skeleton, &status);
    if (U_SUCCESS(status) != 0) looks_[c - kFirst] = look_of(c, skeleton);
  }

  std::vector<char> looks_, forms_;
};

const Table& table() {
  static const Table built;  // immutable
  return built;
}

}  // namespace

char latin_look_alike(char32_t c) {
  return table().look(c);
}

char latin_form(char32_t c) {
  return table().form(c);
}

}  // namespace signalbox::disguise
