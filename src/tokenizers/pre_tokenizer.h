// Pre-tokenizers: where a normalized text is cut into words.
//
// Promises: the pieces (and, where the reference's pre-tokenizer of that name rewrites the text, the bytes and offsets)
// are those of the reference. Immutable; split() may run on any number of threads, each with its own scratch. Owner:
// the tokenizer.
#pragma once

#include <memory>

#include "tokenizers/json.h"
#include "tokenizers/scratch.h"

namespace signalbox::tokenizers {

class PreTokenizer {
 public:
  virtual ~PreTokenizer() = default;
  // Cuts scratch.pieces of scratch.text finer. Pieces that are tokens already stay as they are; none is empty
  // afterwards.
  virtual void split(Scratch::State& scratch) const = 0;
};

using PreTokenizerPtr = std::unique_ptr<const PreTokenizer>;

// `raw_bytes`: the model takes bytes where the file has it take the byte-level alphabet.
PreTokenizerPtr read_pre_tokenizer(const JsonValue& json, bool raw_bytes);
// Whether the last step, and no other, is ByteLevel.
bool ends_in_byte_level(const JsonValue& json);

// Calls visit(piece) for each piece that is no token yet, keeps the others, and makes what visit appended to
// scratch.next_pieces the new list.
template <typename Visit>
void split_pieces(Scratch::State& scratch, Visit visit) {
  scratch.next_pieces.clear();
  for (const Piece& piece : scratch.pieces) {
    if (piece.token != Piece::kNoToken) {
      scratch.next_pieces.push_back(piece);
    } else {
      visit(piece);
    }
  }
  scratch.pieces.swap(scratch.next_pieces);
}

}  // namespace signalbox::tokenizers
