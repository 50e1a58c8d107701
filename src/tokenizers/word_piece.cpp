// WordPiece: the longest piece of the vocabulary that the word begins with, then the longest continuing piece, and so
// on; a word that cannot be covered is unknown as a whole.
//
// Two tries, one of the pieces that begin a word and one of those that continue it (without their "##"), walk as far as
// any piece goes and remember the last one that ended. The reference tries ever shorter substrings instead; the result
// is the same.
#include "tokenizers/chars.h"
#include "tokenizers/model.h"
#include "tokenizers/trie.h"

namespace signalbox::tokenizers {
namespace {

struct WordPieceOptions {
  std::string continuing_prefix;
  std::uint32_t max_chars = 100;
  std::uint32_t unknown = 0;
};

class WordPiece : public Model {
 public:
  WordPiece(Vocabulary vocabulary, WordPieceOptions options)
      : vocabulary_(std::move(vocabulary)), options_(std::move(options)) {
    std::vector<Trie::Key> begin;
    std::vector<Trie::Key> rest;
    const std::string_view prefix = options_.continuing_prefix;
    vocabulary_.each([&](std::string_view token, std::uint32_t id) {
      if (!token.empty()) begin.push_back({token, id});
      if (token.size() > prefix.size() && token.starts_with(prefix)) rest.push_back({token.substr(prefix.size()), id});
    });
    begin_ = Trie::build(std::move(begin));
    rest_ = Trie::build(std::move(rest));
  }

  void tokenize(std::string_view word, Scratch::State& scratch) const override {
    const std::size_t before = scratch.word.size();
    if (!too_long(word) && cover(word, scratch)) return;
    scratch.word.resize(before);
    scratch.word.push_back({options_.unknown, 0, static_cast<std::uint32_t>(word.size())});
  }

  const Vocabulary& vocabulary() const override { return vocabulary_; }

 private:
  bool too_long(std::string_view word) const {
    if (word.size() <= options_.max_chars) return false;
    std::size_t chars = 0;
    for (const char c : word) chars += is_continuation(c) ? 0 : 1;
    return chars > options_.max_chars;
  }

  bool cover(std::string_view word, Scratch::State& scratch) const {
    const auto size = static_cast<std::uint32_t>(word.size());
    for (std::uint32_t begin = 0; begin < size;) {
      const Trie& trie = begin == 0 ? begin_ : rest_;
      WordToken best{0, begin, begin};
      std::uint32_t node = Trie::kRoot;
      for (std::uint32_t at = begin; at < size;) {
        node = trie.next(node, word[at++]);
        if (node == Trie::kNone) break;
        if (const std::uint32_t id = trie.value(node); id != Trie::kNone) best = {id, begin, at};
      }
      if (best.end == begin) return false;
      scratch.word.push_back(best);
      begin = best.end;
    }
    return true;
  }

  Vocabulary vocabulary_;
  WordPieceOptions options_;
  Trie begin_;
  Trie rest_;
};

}  // namespace

ModelPtr read_word_piece(JsonObject& json, const ModelContext& context) {
  Vocabulary vocabulary = read_vocabulary(json.at("vocab"), context.limits);
  WordPieceOptions options;
  options.continuing_prefix = std::string(json.at("continuing_subword_prefix").string());
  options.max_chars = json.at("max_input_chars_per_word").number();
  const JsonValue unknown = json.at("unk_token");
  const std::optional<std::uint32_t> id = vocabulary.id(unknown.string());
  if (!id) unknown.fail("is not in the vocabulary.");
  options.unknown = *id;
  return std::make_unique<WordPiece>(std::move(vocabulary), std::move(options));
}

}  // namespace signalbox::tokenizers
