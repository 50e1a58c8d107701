// Tokens that were added to the model's vocabulary: they are found in the text before anything else is done to it (or,
// the "normalized" ones, after normalization), and what they match is no word any more.
//
// Promises: the reference's rules: the leftmost longest match, whole words only where asked, white space on either side
// taken in where asked. Linear in the text times the longest token. Immutable; any thread. Owner: the tokenizer.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizers/json.h"
#include "tokenizers/normalizer.h"
#include "tokenizers/scratch.h"
#include "tokenizers/trie.h"
#include "tokenizers/vocabulary.h"

namespace signalbox::tokenizers {

struct AddedToken {
  std::string content;
  std::uint32_t id = 0;
  bool special = false;
  bool single_word = false;
  bool lstrip = false;
  bool rstrip = false;
  bool normalized = false;
};

class AddedTokens {
 public:
  AddedTokens() = default;
  // `json` is the array "added_tokens", or nothing.
  AddedTokens(const std::optional<JsonValue>& json, const Vocabulary& model, const Normalizer* normalizer,
              const LoadLimits& limits);

  const std::vector<AddedToken>& tokens() const { return tokens_; }
  // Cut `text` at the tokens that are looked for before, or after, normalization. Pieces are appended; none is empty.
  void split_raw(std::string_view text, std::vector<Piece>& out) const { raw_.split(text, tokens_, out); }
  void split_normalized(std::string_view text, std::vector<Piece>& out) const { normalized_.split(text, tokens_, out); }

 private:
  class Finder {
   public:
    Finder() = default;
    explicit Finder(std::vector<Trie::Key> keys);
    void split(std::string_view text, const std::vector<AddedToken>& tokens, std::vector<Piece>& out) const;

   private:
    struct Match {
      std::size_t begin = 0;
      std::size_t end = 0;
      std::uint32_t token = Trie::kNone;
    };
    Match find(std::string_view text, std::size_t from) const;

    Trie trie_;
    std::array<bool, 256> starts_{};
    bool empty_ = true;
  };

  void read(const JsonValue& json, const Vocabulary& model, const LoadLimits& limits);

  std::vector<AddedToken> tokens_;
  Finder raw_;
  Finder normalized_;
};

}  // namespace signalbox::tokenizers
