// Personal data and secrets in a text, found by what defines them: format, checksum, and the words around.
//
//   for (const Span& span : pii::find(text, {}).spans) ...
//
// Promises: one pass over the text and a bounded amount of work at each place that could begin something, so time is
// linear in the text, whatever it holds. Spans lie within the text, ascend, do not overlap, and never cut a UTF-8
// character of a well-formed text. The same text always gives the same spans. Any bytes are accepted.
// Pure; any thread. Spans hold no text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pii/types.h"

namespace signalbox::pii {

struct Span {
  Type type = Type::email_address;
  std::size_t begin = 0;  // bytes
  std::size_t end = 0;
  // How sure the validator is: 1 a checksum or a form of its own; 0.9 a checked format, or a loose one with a context
  // word; 0.6 to 0.85 a format that other numbers share; what is less is not reported.
  double score = 0;
  std::string_view validator;  // what found it ("luhn", "github_token"); static
  friend bool operator==(const Span&, const Span&) = default;
};

// A word that, shortly before a number, says what the number is, in addition to those built in.
struct ContextWord {
  Type type = Type::phone_number;
  std::string word;  // one word, any case
};

struct Options {
  TypeSet types = all_types();
  double min_score = 0.5;
  std::size_t max_spans = 4096;  // what is found beyond is dropped and `truncated` says so
  std::vector<ContextWord> context_words = {};
};

struct Found {
  std::vector<Span> spans;
  bool truncated = false;
};

// All that the validators see, overlapping and unordered, before merge.
Found candidates(std::string_view text, const Options& options);
// Drops what is not wanted or not sure enough; of spans that overlap the one with the highest score stays, then the
// longest, the first, the type that stands first in Type.
std::vector<Span> merge(std::vector<Span> spans, const TypeSet& types, double min_score);
Found find(std::string_view text, const Options& options);
// Builds the tables that the first find would build (some milliseconds). Optional; any thread.
void prepare();

}  // namespace signalbox::pii
