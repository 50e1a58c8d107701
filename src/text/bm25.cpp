#include "text/bm25.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace signalbox::text {

Bm25Index::Bm25Index(std::shared_ptr<const Tokenizer> tokenizer, const std::vector<std::string>& keywords,
                     Bm25Parameters parameters)
    : tokenizer_(std::move(tokenizer)), keywords_(keywords.size()) {
  std::vector<double> lengths;
  double total = 0;
  for (std::size_t i = 0; i < keywords.size(); ++i) {
    std::map<std::string, double> frequency;
    const std::vector<std::string> terms = tokenizer_->terms(keywords[i]);
    for (const std::string& term : terms) ++frequency[term];
    for (const auto& [term, count] : frequency) postings_[term].push_back({static_cast<std::uint32_t>(i), count});
    lengths.push_back(static_cast<double>(terms.size()));
    total += lengths.back();
  }
  const double documents = static_cast<double>(keywords.size());
  const double average = total > 0 ? total / documents : 1;
  for (auto& [term, postings] : postings_) {
    const double n = static_cast<double>(postings.size());
    const double idf = std::log(1 + (documents - n + 0.5) / (n + 0.5));
    for (Posting& posting : postings) {
      const double length = 1 - parameters.b + parameters.b * lengths[posting.keyword] / average;
      const double f = posting.weight;
      posting.weight = idf * f * (parameters.k1 + 1) / (f + parameters.k1 * length);
    }
  }
}

std::vector<double> Bm25Index::scores(std::string_view text) const {
  std::vector<double> out(keywords_);
  std::vector<std::string> terms = tokenizer_->terms(text);
  std::ranges::sort(terms);
  const auto repeated = std::ranges::unique(terms);
  terms.erase(repeated.begin(), repeated.end());
  for (const std::string& term : terms) {
    const auto at = postings_.find(term);
    if (at == postings_.end()) continue;
    for (const Posting& posting : at->second) out[posting.keyword] += posting.weight;
  }
  return out;
}

}  // namespace signalbox::text
