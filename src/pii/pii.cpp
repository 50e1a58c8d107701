#include "pii/pii.h"

#include <algorithm>

#include "pii/ascii.h"
#include "pii/candidate.h"

namespace signalbox::pii {
namespace {

// Raw candidates kept for each span that may come out, for several may share a place.
constexpr std::size_t kCandidatesPerSpan = 4;
// Nothing that a validator of numbers knows is longer.
constexpr std::size_t kLongestToken = 96;

void judge_number(const Place& place) {
  find_cards(place);
  find_phone(place);
  find_us_numbers(place);
  find_uk_numbers(place);
  find_european_numbers(place);
  find_asian_numbers(place);
  find_birth(place);
  find_address(place);
}

void judge_mixed(const Place& place) {
  find_iban(place);
  find_uk_numbers(place);
  find_us_numbers(place);
  find_european_numbers(place);
  find_asian_numbers(place);
  find_crypto(place);
  find_birth(place);
  find_address(place);
}

void judge_token(Sink& sink, const Token& token) {
  const std::string_view text = sink.text();
  if (token.size() >= 2 && may_begin_secret(text[token.begin], text[token.begin + 1])) {
    find_prefixed_secret(sink, token.begin);
  }
  if (token.digits == 0 || token.size() > kLongestToken) {
    // A bech32 or base58 address without a digit is possible in theory, once in millions.
    return;
  }
  const Place place(sink, token);
  find_network(place);
  if (token.only_digits()) {
    judge_number(place);
  } else {
    judge_mixed(place);
  }
}

Token token_at(std::string_view text, std::size_t begin) {
  Token token{.begin = begin, .end = begin};
  while (token.end < text.size() && is_alnum(text[token.end])) {
    token.digits += is_digit(text[token.end]) ? 1 : 0;
    ++token.end;
  }
  return token;
}

void judge_byte(Sink& sink, std::size_t i) {
  switch (sink.text()[i]) {
    case '@':
      return find_email(sink, i);
    case '<':
      return find_mrz(sink, i);
    case ':':
      if (at(sink.text(), i + 1) != '/') return find_assignment(sink, i);
      find_url(sink, i);
      return find_url_password(sink, i);
    case '=':
      return find_assignment(sink, i);
    default:
      return;
  }
}

bool better(const Span& a, const Span& b) {
  if (a.score != b.score) return a.score > b.score;
  if (a.end - a.begin != b.end - b.begin) return a.end - a.begin > b.end - b.begin;
  if (a.begin != b.begin) return a.begin < b.begin;
  if (a.type != b.type) return a.type < b.type;
  return a.validator < b.validator;
}

// Of each group of spans that hang together, the best one and what does not overlap it. Groups are short but for
// hostile texts; `kept` stays sorted, so that an overlap is found by bisection.
class Merger {
 public:
  void add(const Span& span) {
    const auto after = std::lower_bound(kept_.begin(), kept_.end(), span,
                                        [](const Span& a, const Span& b) { return a.begin < b.begin; });
    if (after != kept_.end() && after->begin < span.end) return;
    if (after != kept_.begin() && std::prev(after)->end > span.begin) return;
    kept_.insert(after, span);
  }
  void close(std::vector<Span>& out) {
    out.insert(out.end(), kept_.begin(), kept_.end());
    kept_.clear();
  }

 private:
  std::vector<Span> kept_;
};

void resolve(std::vector<Span>::iterator first, std::vector<Span>::iterator last, std::vector<Span>& out) {
  std::sort(first, last, better);
  Merger merger;
  for (auto it = first; it != last; ++it) merger.add(*it);
  merger.close(out);
}

}  // namespace

void Sink::add(Type type, std::size_t begin, std::size_t end, double score, std::string_view validator) {
  if (!wants(type) || score < options_.min_score || begin >= end) return;
  if (found_.spans.size() >= kCandidatesPerSpan * options_.max_spans) {
    found_.truncated = true;
    return;
  }
  found_.spans.push_back({type, begin, end, score, validator});
}

Found candidates(std::string_view text, const Options& options) {
  Sink sink(text, options);
  for (std::size_t i = 0; i < text.size();) {
    if (!is_alnum(text[i])) {
      judge_byte(sink, i++);
      continue;
    }
    const Token token = token_at(text, i);
    judge_token(sink, token);
    i = token.end;
  }
  return std::move(sink).finish();
}

std::vector<Span> merge(std::vector<Span> spans, const TypeSet& types, double min_score) {
  std::erase_if(spans, [&](const Span& span) { return !types[index(span.type)] || span.score < min_score; });
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  std::vector<Span> merged;
  for (auto first = spans.begin(); first != spans.end();) {
    std::size_t reach = first->end;
    auto last = std::next(first);
    while (last != spans.end() && last->begin < reach) reach = std::max(reach, (last++)->end);
    resolve(first, last, merged);
    first = last;
  }
  return merged;
}

void prepare() {
  find("phone +49 30 901820, 0171 123 4567", {});
}

Found find(std::string_view text, const Options& options) {
  Found found = candidates(text, options);
  found.spans = merge(std::move(found.spans), options.types, options.min_score);
  if (found.spans.size() > options.max_spans) {
    found.spans.resize(options.max_spans);
    found.truncated = true;
  }
  return found;
}

}  // namespace signalbox::pii
