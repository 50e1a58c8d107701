#include "text/tokenize.h"

#include <libstemmer.h>
#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <stdexcept>

#include "text/unicode.h"

namespace signalbox::text {
namespace {

struct StemmerDeleter {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};
using Stemmer = std::unique_ptr<sb_stemmer, StemmerDeleter>;

struct TextDeleter {
  void operator()(UText* text) const { utext_close(text); }
};

// Snowball's stemmer has state, so each call makes its own.
Stemmer make_stemmer() {
  return Stemmer(sb_stemmer_new("english", "UTF_8"));
}

bool plain_letters(std::string_view term) {
  return std::ranges::all_of(term, [](char c) { return c >= 'a' && c <= 'z'; });
}

std::string stem(sb_stemmer* stemmer, std::string term) {
  if (!plain_letters(term)) return term;
  const auto* in = reinterpret_cast<const sb_symbol*>(term.data());
  const sb_symbol* out = sb_stemmer_stem(stemmer, in, static_cast<int>(term.size()));
  if (out == nullptr) return term;  // out of memory inside Snowball: the word as it is
  return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(sb_stemmer_length(stemmer))};
}

}  // namespace

struct Tokenizer::Impl {
  std::unique_ptr<icu::BreakIterator> breaker;  // never used itself: each call clones it

  void cut(std::string_view run, std::vector<std::string>& out) const;
};

// Dictionary words of a run of unspaced script.
void Tokenizer::Impl::cut(std::string_view run, std::vector<std::string>& out) const {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UText, TextDeleter> text(
      utext_openUTF8(nullptr, run.data(), static_cast<std::int64_t>(run.size()), &status));
  const std::unique_ptr<icu::BreakIterator> words(breaker->clone());
  words->setText(text.get(), status);
  if (U_FAILURE(status)) {
    out.push_back(fold(run));
    return;
  }
  for (std::int32_t begin = 0, end = words->next(); end != icu::BreakIterator::DONE; begin = end, end = words->next()) {
    const auto at = static_cast<std::size_t>(begin);
    out.push_back(fold(run.substr(at, static_cast<std::size_t>(end) - at)));
  }
}

Tokenizer::Tokenizer() {
  auto impl = std::make_unique<Impl>();
  UErrorCode status = U_ZERO_ERROR;
  impl->breaker.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  if (U_FAILURE(status)) throw std::runtime_error("ICU has no word break data");
  if (!make_stemmer()) throw std::runtime_error("Snowball has no English stemmer");
  impl_ = std::move(impl);
}

Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

std::vector<std::string> Tokenizer::terms(std::string_view text) const {
  std::vector<std::string> out;
  const Stemmer stemmer = make_stemmer();
  const std::vector<Range> ranges = words(text);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (!is_unspaced(decode_at(text, ranges[i].begin).value)) {
      std::string term = fold(text.substr(ranges[i].begin, ranges[i].end - ranges[i].begin));
      out.push_back(stemmer ? stem(stemmer.get(), std::move(term)) : std::move(term));
      continue;
    }
    const std::size_t begin = ranges[i].begin;
    while (i + 1 < ranges.size() && ranges[i + 1].begin == ranges[i].end &&
           is_unspaced(decode_at(text, ranges[i + 1].begin).value)) {
      ++i;
    }
    impl_->cut(text.substr(begin, ranges[i].end - begin), out);
  }
  return out;
}

}  // namespace signalbox::text
