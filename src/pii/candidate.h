// What the validators have in common: the place that the scan stopped at, and where they put what they find.
//
// Internal to pii/. A Sink belongs to one call of candidates(). Each validator looks at a bounded window around its
// place: that is what keeps the whole linear.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "pii/context.h"
#include "pii/pii.h"

namespace signalbox::pii {

class Sink {
 public:
  Sink(std::string_view text, const Options& options)
      : text_(text), options_(options), context_(text, options.context_words) {}

  void add(Type type, std::size_t begin, std::size_t end, double score, std::string_view validator);
  bool wants(Type type) const { return options_.types[index(type)]; }
  std::string_view text() const { return text_; }
  ContextReader& context() { return context_; }
  Found finish() && { return std::move(found_); }

 private:
  std::string_view text_;
  const Options& options_;
  ContextReader context_;
  Found found_;
};

// A run of ASCII letters and digits.
struct Token {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t digits = 0;
  std::size_t size() const { return end - begin; }
  bool only_digits() const { return digits == size(); }
};

// One stop of the scan. The words before it are read when first asked for.
class Place {
 public:
  Place(Sink& sink, Token token) : sink(sink), text(sink.text()), token(token) {}

  const Context& context() const {
    if (!context_) context_ = sink.context().before(token.begin);
    return *context_;
  }
  // Whether another group of digits may follow ("4111 1111"), which most validators of grouped numbers ask first.
  bool grouped() const {
    const char next = token.end < text.size() ? text[token.end] : '\0';
    if (next != ' ' && next != '-' && next != '.' && next != '/' && next != '(' && next != ')' && next != '\xC2')
      return false;
    for (std::size_t i = token.end + 1; i < text.size() && i < token.end + 4; ++i) {
      if (text[i] >= '0' && text[i] <= '9') return true;
    }
    return false;
  }
  std::string_view word() const { return text.substr(token.begin, token.size()); }

  Sink& sink;
  std::string_view text;
  Token token;

 private:
  mutable std::optional<Context> context_;
};

// Stops at a token with a digit in it.
void find_cards(const Place& place);
void find_iban(const Place& place);
void find_phone(const Place& place);
void find_us_numbers(const Place& place);
void find_uk_numbers(const Place& place);
void find_european_numbers(const Place& place);
void find_asian_numbers(const Place& place);
void find_network(const Place& place);
void find_birth(const Place& place);
void find_address(const Place& place);
void find_crypto(const Place& place);
// Stops at a byte; `at` is its offset.
void find_email(Sink& sink, std::size_t at);         // '@'
void find_url(Sink& sink, std::size_t at);           // the ':' of "://"
void find_url_password(Sink& sink, std::size_t at);  // the same
void find_mrz(Sink& sink, std::size_t at);           // '<'
void find_assignment(Sink& sink, std::size_t at);    // '=' or ':'
// Stops at any token whose first two bytes begin a secret's prefix.
bool may_begin_secret(char first, char second);
void find_prefixed_secret(Sink& sink, std::size_t begin);

}  // namespace signalbox::pii
