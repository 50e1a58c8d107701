#include "tokenizers/graphemes.h"

#include <unicode/uchar.h>

#include "tokenizers/utf8.h"

namespace signalbox::tokenizers {
namespace {

// New in Unicode 16 and 17, among characters short enough to matter.
bool is_new_extend(char32_t c) {
  return c == 0x897 || (c >= 0x1ACF && c <= 0x1ADD) || (c >= 0x1AE0 && c <= 0x1AEB);
}

int break_class(char32_t c) {
  if (c < 0x300 && c != 0xA9 && c != 0xAD && c != 0xAE) {
    if (c == '\r') return U_GCB_CR;
    if (c == '\n') return U_GCB_LF;
    return c < 0x20 || (c >= 0x7F && c < 0xA0) ? U_GCB_CONTROL : U_GCB_OTHER;
  }
  if (is_new_extend(c)) return U_GCB_EXTEND;
  return u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_GRAPHEME_CLUSTER_BREAK);
}

bool is_control(int c) {
  return c == U_GCB_CONTROL || c == U_GCB_CR || c == U_GCB_LF;
}

bool is_pictographic(char32_t c) {
  return c >= 0xA9 && u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EXTENDED_PICTOGRAPHIC);
}

bool hangul_goes_on(int before, int after) {
  if (before == U_GCB_L) return after == U_GCB_L || after == U_GCB_V || after == U_GCB_LV || after == U_GCB_LVT;
  if (before == U_GCB_LV || before == U_GCB_V) return after == U_GCB_V || after == U_GCB_T;
  return (before == U_GCB_LVT || before == U_GCB_T) && after == U_GCB_T;
}

// What has been seen of the cluster.
struct State {
  int before = U_GCB_OTHER;
  int flags = 0;         // regional indicators at its end
  bool picture = false;  // a pictograph, perhaps with extenders
  bool joined = false;   // and a zero-width joiner after it

  bool goes_on(int next, char32_t c) const {
    if (before == U_GCB_CR) return next == U_GCB_LF;
    if (is_control(before) || is_control(next)) return false;
    if (hangul_goes_on(before, next)) return true;
    if (next == U_GCB_EXTEND || next == U_GCB_ZWJ || next == U_GCB_SPACING_MARK) return true;
    if (before == U_GCB_PREPEND) return true;
    if (joined && is_pictographic(c)) return true;
    return before == U_GCB_REGIONAL_INDICATOR && next == U_GCB_REGIONAL_INDICATOR && flags % 2 == 1;
  }

  void take(int next, char32_t c) {
    joined = picture && next == U_GCB_ZWJ;
    picture = is_pictographic(c) || (picture && (next == U_GCB_EXTEND || next == U_GCB_ZWJ));
    flags = next == U_GCB_REGIONAL_INDICATOR ? flags + 1 : 0;
    before = next;
  }
};

}  // namespace

std::size_t grapheme_end(std::string_view text, std::size_t at) {
  State state;
  const Decoded first = decode_valid(text, at);
  state.take(break_class(first.value), first.value);
  at += first.length;
  while (at < text.size()) {
    const Decoded c = decode_valid(text, at);
    const int next = break_class(c.value);
    if (!state.goes_on(next, c.value)) break;
    state.take(next, c.value);
    at += c.length;
  }
  return at;
}

}  // namespace signalbox::tokenizers
