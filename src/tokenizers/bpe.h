// Byte-pair encoding. See model.h for what it promises.
//
// The word is cut into its characters (or bytes), and the pair of neighbours with the lowest rank is merged until none
// is left. A short word keeps the ranks of its pairs in an array and looks for the smallest each time; a long one keeps
// a heap and a linked list, so that it takes n log n steps, whatever the word.
#pragma once

#include <array>
#include <string>

#include "tokenizers/merge_table.h"
#include "tokenizers/model.h"

namespace signalbox::tokenizers {

struct BpeOptions {
  std::optional<std::uint32_t> unknown;
  std::string prefix;  // of every character but the first of a word
  std::string suffix;  // of the last
  bool fuse_unknown = false;
  bool byte_fallback = false;
  bool ignore_merges = false;
  bool raw_bytes = false;
};

class Bpe : public Model {
 public:
  Bpe(Vocabulary vocabulary, MergeTable merges, BpeOptions options);

  void tokenize(std::string_view word, Scratch::State& scratch) const override;
  const Vocabulary& vocabulary() const override { return vocabulary_; }
  const std::array<bool, 256>* cuts_before_metaspace() const override { return separable_ ? &cuts_ : nullptr; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  struct Unknown {
    bool open = false;
    std::uint32_t length = 0;
  };

  void make_byte_tables();
  void find_cuts();
  std::uint32_t character_id(std::string_view character, bool first, bool last, std::string& buffer) const;
  void symbols_of_bytes(std::string_view word, Scratch::State& scratch) const;
  void symbols_of_characters(std::string_view word, Scratch::State& scratch) const;
  bool add_bytes(std::string_view character, Scratch::State& scratch) const;
  void add_unknown(std::uint32_t length, Unknown& unknown, Scratch::State& scratch) const;
  void close_unknown(Unknown& unknown, Scratch::State& scratch) const;
  void merge_short(std::vector<Symbol>& symbols, std::vector<MergeTable::Merge>& pairs) const;
  void merge_long(std::vector<Symbol>& symbols, std::vector<MergeCandidate>& heap) const;

  Vocabulary vocabulary_;
  Vocabulary whole_words_;  // by raw bytes, if merges are ignored for words that are tokens
  MergeTable merges_;
  BpeOptions options_;
  std::array<std::uint32_t, 256> byte_ids_{};
  std::array<std::uint32_t, 256> last_byte_ids_{};
  std::array<std::uint32_t, 256> fallback_ids_{};
  std::vector<std::uint32_t>
      bmp_ids_;  // of single characters below U+10000, where neither prefix nor suffix changes them
  bool separable_ = false;
  std::array<bool, 256> cuts_{};
};

}  // namespace signalbox::tokenizers
