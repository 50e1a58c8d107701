// Which language a text is written in.
//
// CLD2 (measured against fastText's lid.176 in docs/decisions/0003-language-identification.md) on at most the first
// 2 KiB, asked twice when needed: first strictly, then, for texts too short for a strict answer, for its best effort.
// A text without letters, or in which code symbols and digits outweigh a third of the letters, is "und" (undetermined);
// command lines made of words still look like English. Nothing is loaded from disk: CLD2 carries its tables.
// Stateless; any thread may call. Accepts any bytes (invalid UTF-8 counts as blanks).
#pragma once

#include <string>
#include <string_view>

namespace signalbox::text {

struct Language {
  std::string code = "und";  // ISO 639-1 where there is one ("zh" for both scripts), else CLD2's code ("ceb")
  double confidence = 0;     // 0..1: the share of the text in this language; halved for a best-effort answer
  bool reliable = false;     // CLD2 stands by it without best effort
};

class LanguageDetector {
 public:
  static constexpr std::size_t kSample = 2048;  // bytes judged

  Language detect(std::string_view text) const;
};

}  // namespace signalbox::text
