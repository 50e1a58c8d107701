// BERT's pre-tokenizer: words are what stands between white space, and each punctuation character is a word of its own.
#include "tokenizers/bert_pre_tokenizer.h"

#include "tokenizers/chars.h"

namespace signalbox::tokenizers {
namespace {

class BertPreTokenizer : public PreTokenizer {
 public:
  void split(Scratch::State& scratch) const override {
    const std::string_view bytes = scratch.text.bytes();
    split_pieces(scratch, [&](const Piece& piece) { split_one(bytes, piece, scratch.next_pieces); });
  }

 private:
  void split_one(std::string_view bytes, const Piece& piece, std::vector<Piece>& out) const {
    constexpr std::uint16_t kEdge = kWhite | kBertPunct;
    const std::array<std::uint16_t, 128>& ascii = chars_.ascii();
    std::uint32_t begin = piece.begin;
    std::uint32_t at = piece.begin;
    while (at < piece.end) {
      const auto byte = static_cast<unsigned char>(bytes[at]);
      Decoded c{byte, 1};
      std::uint16_t classes = 0;
      if (byte < 0x80) {
        classes = ascii[byte];
      } else {
        c = decode_valid(bytes, at);
        classes = chars_[c.value];
      }
      if ((classes & kEdge) != 0) {
        if (begin < at) out.push_back({begin, at});
        begin = at + c.length;
        if ((classes & kWhite) == 0) out.push_back({at, begin});
      }
      at += c.length;
    }
    if (begin < at) out.push_back({begin, at});
  }

  const CharTable& chars_ = CharTable::get();
};

}  // namespace

PreTokenizerPtr make_bert_pre_tokenizer() {
  return std::make_unique<BertPreTokenizer>();
}

}  // namespace signalbox::tokenizers
