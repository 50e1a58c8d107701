// The words shortly before a number, by what they say about it ("phone", "card", "born", "invoice").
//
// Internal to pii/. A ContextReader goes through the text once, however often it is asked; it belongs to one call of
// candidates().
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "pii/pii.h"

namespace signalbox::pii {

enum class Topic : std::uint8_t {
  none,
  phone,
  talk,    // "call", "contact", "message": a number after it may be a phone's
  number,  // "number": of whatever other words say, else perhaps a phone's
  card,
  bank,
  ssn,
  insurance,  // UK national insurance
  nhs,
  tax,
  id_card,
  passport,
  aadhaar,
  pan,
  resident,
  birth,
  age,
  zip,
  address,
  license,  // "license", "licence", "permit"
  driver,
  crypto,
  network,
  version,  // "version", "release", "build"
  other,    // "invoice", "order", "isbn": the number is something else
};

struct Context {
  Topic nearest = Topic::none;  // of the last word with a topic, number only where there is no other
  std::size_t distance = 0;     // how many words back that one is; 1: the last word before the place
  std::uint32_t topics = 0;     // of all words read
  bool has(Topic topic) const { return (topics >> static_cast<unsigned>(topic) & 1U) != 0; }
};

class ContextReader {
 public:
  ContextReader(std::string_view text, std::span<const ContextWord> more) : text_(text), more_(more) {}
  // Of the eight words before `pos` at most, none of which begins more than 80 bytes before. A word is a run of
  // letters; places ascend from call to call.
  Context before(std::size_t pos);

 private:
  struct Word {
    std::size_t begin = 0;
    Topic topic = Topic::none;
  };
  static constexpr std::size_t kWords = 8;

  void read_to(std::size_t pos);

  std::string_view text_;
  std::span<const ContextWord> more_;
  std::size_t read_ = 0;  // words up to here are in words_
  std::array<Word, kWords> words_{};
  std::size_t count_ = 0;  // words read so far; the last ones are in words_
};

Topic topic_of(Type type);

}  // namespace signalbox::pii
