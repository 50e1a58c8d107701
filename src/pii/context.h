// The words shortly before a number, by what they say about it ("phone", "card", "born", "invoice").
//
// Internal to pii/; pure, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "pii/pii.h"

namespace signalbox::pii {

enum class Topic : std::uint8_t {
  none,
  phone,
  talk,  // "call", "contact", "message": a number after it may be a phone's
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
  Topic nearest = Topic::none;  // of the last word with a topic
  std::uint32_t topics = 0;     // of all words read
  bool has(Topic topic) const { return (topics >> static_cast<unsigned>(topic) & 1U) != 0; }
};

// Reads eight words at most, no further back than 80 bytes.
Context context_before(std::string_view text, std::size_t pos, std::span<const ContextWord> more);
Topic topic_of(Type type);

}  // namespace signalbox::pii
