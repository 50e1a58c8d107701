#include "tokenizers/script_split.h"

#include <unicode/uscript.h>

#include "tokenizers/chars.h"

namespace signalbox::tokenizers {
namespace {

constexpr int kVersion = 900;  // of the reference's table of scripts
constexpr int kAny = -1;       // a space goes with whatever stands beside it

int script_of(char32_t c) {
  if (c == ' ') return kAny;
  if (c == 0x30FC) return USCRIPT_HAN;
  if (!in_version(c, kVersion)) return kAny;
  if (c == 0x589 || c == 0x61C) return USCRIPT_COMMON;  // these four changed later
  if (c == 0x953 || c == 0x954) return USCRIPT_DEVANAGARI;
  UErrorCode status = U_ZERO_ERROR;
  const int script = uscript_getScript(static_cast<UChar32>(c), &status);
  if (script == USCRIPT_UNKNOWN) return kAny;
  return script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ? static_cast<int>(USCRIPT_HAN) : script;
}

// Cuts where the script changes; as in the reference, what stands before the first character with a script is lost.
class ScriptSplit : public PreTokenizer {
 public:
  void split(Scratch::State& scratch) const override {
    const std::string_view bytes = scratch.text.bytes();
    split_pieces(scratch, [&](const Piece& piece) {
      int last = -2;
      std::uint32_t begin = piece.end;
      for (std::uint32_t at = piece.begin; at < piece.end;) {
        const Decoded c = decode_valid(bytes, at);
        const int script = script_of(c.value);
        if (script != kAny && script != last) {
          if (begin < at) scratch.next_pieces.push_back({begin, at});
          begin = at;
        }
        if (script != kAny) last = script;
        at += c.length;
      }
      if (begin < piece.end) scratch.next_pieces.push_back({begin, piece.end});
    });
  }
};

class FixedLength : public PreTokenizer {
 public:
  explicit FixedLength(std::uint32_t characters) : characters_(characters) {}
  void split(Scratch::State& scratch) const override {
    const std::string_view bytes = scratch.text.bytes();
    split_pieces(scratch, [&](const Piece& piece) {
      for (std::uint32_t at = piece.begin; at < piece.end;) {
        const std::uint32_t begin = at;
        for (std::uint32_t i = 0; i < characters_ && at < piece.end; ++i) at += sequence_length(bytes[at]);
        scratch.next_pieces.push_back({begin, at});
      }
    });
  }

 private:
  std::uint32_t characters_;
};

}  // namespace

PreTokenizerPtr make_script_split() {
  return std::make_unique<ScriptSplit>();
}

PreTokenizerPtr make_fixed_length(std::uint32_t characters) {
  return std::make_unique<FixedLength>(characters);
}

}  // namespace signalbox::tokenizers
