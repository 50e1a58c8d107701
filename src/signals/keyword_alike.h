// The three keyword methods that accept words which are only alike: fuzzy, ngram, bm25.
//
// Internal to signals/. Made when a rule compiles, immutable afterwards; find may be called by any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "signals/keyword.h"
#include "text/bm25.h"
#include "text/fuzzy.h"
#include "text/ngram.h"

namespace signalbox::signals {

struct Alike {
  std::size_t keyword = 0;
  double score = 0;       // fuzzy and ngram: likeness in [0,1]; bm25: its score
  std::size_t begin = 0;  // bytes of the text
  std::size_t end = 0;
  bool located = false;  // bm25 scores a whole text and has no place
};

class AlikeWords {
 public:
  static AlikeWords fuzzy(const KeywordRule& rule, bool v1);
  static AlikeWords ngram(const KeywordRule& rule);
  static AlikeWords bm25(const KeywordRule& rule, std::shared_ptr<const text::Tokenizer> tokenizer);

  // At most one per keyword, in their order.
  std::vector<Alike> find(std::string_view text) const;

 private:
  struct Bm25 {
    text::Bm25Index index;
    double threshold = 0;
  };
  using Method = std::variant<text::FuzzySet, text::NgramSet, Bm25>;
  explicit AlikeWords(Method method) : method_(std::move(method)) {}
  Method method_;
};

}  // namespace signalbox::signals
