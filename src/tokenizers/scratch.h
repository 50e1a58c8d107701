// The working memory behind Scratch: every buffer of one encode() call, kept warm for the next.
//
// Owner: Scratch. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tokenizers/aligned_text.h"
#include "tokenizers/broken_text.h"
#include "tokenizers/encoding.h"
#include "tokenizers/merge_table.h"
#include "tokenizers/tokenizer.h"
#include "tokenizers/word_cache.h"

namespace signalbox::tokenizers {

// Part of the text at hand: a word to be, or a token already found.
struct Piece {
  static constexpr std::uint32_t kNoToken = 0xFFFFFFFF;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t token = kNoToken;
};

// One step of the best path of Unigram.
struct PathNode {
  double score = 0;
  std::uint32_t id = 0;
  std::uint32_t begin = 0;
  bool reached = false;
};

// A symbol of a word while BPE merges: a linked list in an array.
struct Symbol {
  std::uint32_t id = 0;
  std::uint32_t begin = 0;
  std::uint32_t length = 0;  // 0: merged into the one before
  std::int32_t previous = -1;
  std::int32_t next = -1;
};

struct MergeCandidate {
  std::uint32_t rank = 0;
  std::uint32_t at = 0;
  std::uint32_t id = 0;
};

struct CodePointSource {
  char32_t value = 0;
  std::uint8_t combining_class = 0;
  bool first = false;  // of the code points that one original character became
  Span source;
  std::uint32_t order = 0;  // before sorting
};

// A stretch of a piece while it is split: a match of the pattern, or what lies between two.
struct Segment {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool match = false;
};

struct Scratch::State {
  BrokenText broken;
  AlignedText text;               // what is being normalized
  AlignedText other;              // where the next step writes
  std::vector<Piece> raw_pieces;  // of the whole text
  std::vector<Piece> pieces;      // of `text`
  std::vector<Piece> next_pieces;
  std::vector<WordToken> word;
  std::vector<PathNode> path;
  std::vector<Symbol> symbols;
  std::vector<MergeCandidate> heap;
  std::vector<MergeTable::Merge> pairs;
  std::string bytes;
  std::vector<CodePointSource> cluster;
  std::vector<Span> sources;
  std::vector<Change> changes;
  std::vector<Change> blocked;  // marks that wait while composing
  std::vector<Span> matches;
  std::vector<Segment> segments;
  WordCache cache;
  Encoding first;
  Encoding second;

  void swap() { std::swap(text, other); }
};

}  // namespace signalbox::tokenizers
