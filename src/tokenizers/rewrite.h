// Rewriting the text of pieces while keeping where each byte came from.
#pragma once

#include "tokenizers/pre_tokenizer.h"

namespace signalbox::tokenizers {

// Calls write(text, piece, out) for each piece that is no token yet, and copies the others; the pieces then lie in the
// new text, one after another. A piece that became empty is dropped.
template <typename Write>
void rewrite_pieces(Scratch::State& scratch, Write write) {
  AlignedText& out = scratch.other;
  out.begin(scratch.text.origin());
  scratch.next_pieces.clear();
  for (Piece piece : scratch.pieces) {
    const auto begin = static_cast<std::uint32_t>(out.size());
    if (piece.token != Piece::kNoToken) {
      out.copy(scratch.text, piece.begin, piece.end);
    } else {
      write(scratch.text, piece, out);
    }
    const auto end = static_cast<std::uint32_t>(out.size());
    if (end > begin) scratch.next_pieces.push_back({begin, end, piece.token});
  }
  scratch.pieces.swap(scratch.next_pieces);
  scratch.swap();
}

}  // namespace signalbox::tokenizers
