#include "tokenizers/byte_level.h"

#include "tokenizers/byte_alphabet.h"
#include "tokenizers/chars.h"
#include "tokenizers/rewrite.h"
#include "tokenizers/scanners.h"

namespace signalbox::tokenizers {
namespace {

class ByteLevel : public PreTokenizer {
 public:
  ByteLevel(bool add_prefix_space, bool use_regex, bool raw_bytes)
      : prefix_(add_prefix_space), regex_(use_regex), raw_(raw_bytes) {}

  void split(Scratch::State& scratch) const override {
    if (prefix_) add_spaces(scratch);
    if (regex_) cut(scratch);
    if (!raw_) write_alphabet(scratch);
  }

 private:
  static void add_spaces(Scratch::State& scratch) {
    const std::string_view bytes = scratch.text.bytes();
    bool wanted = false;
    for (const Piece& piece : scratch.pieces)
      wanted = wanted || (piece.token == Piece::kNoToken && bytes[piece.begin] != ' ');
    if (!wanted) return;
    rewrite_pieces(scratch, [](const AlignedText& in, const Piece& piece, AlignedText& out) {
      if (in.bytes()[piece.begin] != ' ') out.append(" ", in.source(piece.begin));
      out.copy(in, piece.begin, piece.end);
    });
  }

  void cut(Scratch::State& scratch) const {
    split_pieces(scratch, [&](const Piece& piece) {
      const std::string_view text = scratch.text.bytes().substr(piece.begin, piece.end - piece.begin);
      const auto size = static_cast<std::uint32_t>(text.size());
      for (std::uint32_t at = 0; at < size;) {
        const std::uint32_t end = scan_gpt2(chars_, text, at);
        scratch.next_pieces.push_back({piece.begin + at, piece.begin + end});
        at = end;
      }
    });
  }

  static void write_alphabet(Scratch::State& scratch) {
    rewrite_pieces(scratch, [](const AlignedText& in, const Piece& piece, AlignedText& out) {
      for (std::uint32_t at = piece.begin; at < piece.end; ++at)
        out.append(byte_character(in.bytes()[at]), in.source(at));
    });
  }

  bool prefix_, regex_, raw_;
  const CharTable& chars_ = CharTable::get();
};

}  // namespace

PreTokenizerPtr read_byte_level(JsonObject& json, bool raw_bytes) {
  const bool prefix = json.at("add_prefix_space").boolean();
  const bool regex = json.boolean_or("use_regex", true);
  json.at("trim_offsets").boolean();  // matters to the post-processor only
  return std::make_unique<ByteLevel>(prefix, regex, raw_bytes);
}

}  // namespace signalbox::tokenizers
