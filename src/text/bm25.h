// BM25 relevance of keywords: each keyword of a rule is a document, the text is the query.
//
// Okapi BM25, k1 = 1.2, b = 0.75, idf = ln(1 + (N - n + 0.5) / (n + 0.5)) over the keywords of the index. A term the
// text repeats counts once: saying "urgent" ten times is not ten times as urgent. Scores are not normalised; they grow
// with the number of keywords in the index, so a threshold belongs to one rule. Terms are those of text/tokenize.h.
// Immutable after construction; scores may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokenize.h"

namespace signalbox::text {

struct Bm25Parameters {
  double k1 = 1.2;
  double b = 0.75;
};

class Bm25Index {
 public:
  Bm25Index(std::shared_ptr<const Tokenizer> tokenizer, const std::vector<std::string>& keywords,
            Bm25Parameters parameters = {});

  // One score per keyword, in their order; 0 where no term is shared.
  std::vector<double> scores(std::string_view text) const;

 private:
  struct Posting {
    std::uint32_t keyword = 0;
    double weight = 0;  // what the term adds to the keyword's score
  };
  std::shared_ptr<const Tokenizer> tokenizer_;
  std::size_t keywords_ = 0;
  std::map<std::string, std::vector<Posting>, std::less<>> postings_;
};

}  // namespace signalbox::text
