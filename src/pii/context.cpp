#include "pii/context.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "pii/ascii.h"
#include "pii/topic_words.h"

namespace signalbox::pii {
namespace {

constexpr std::size_t kBytes = 80;
constexpr std::size_t kLongest = 32;

bool is_letter(char c) {
  return is_alpha(c) || is_high(c);
}

// Open addressing over the words, behind a filter by first letter and length that lets few other words through.
class Topics {
 public:
  Topics() {
    for (const TopicWord& entry : topic_words()) {
      lengths_[static_cast<unsigned char>(entry.word[0])] |= 1U << entry.word.size();
      std::size_t slot = hash(entry.word);
      while (!slots_[slot].word.empty()) slot = (slot + 1) % kSlots;
      slots_[slot] = entry;
    }
  }

  bool may_have(char first, std::size_t size) const {
    return (lengths_[static_cast<unsigned char>(first)] >> size & 1U) != 0;
  }
  Topic of(std::string_view lower) const {
    for (std::size_t slot = hash(lower); !slots_[slot].word.empty(); slot = (slot + 1) % kSlots) {
      if (slots_[slot].word == lower) return slots_[slot].topic;
    }
    return Topic::none;
  }

 private:
  static constexpr std::size_t kSlots = 1024;
  static std::size_t hash(std::string_view word) {
    std::uint32_t sum = 2166136261U;  // FNV-1a
    for (const char c : word) sum = (sum ^ static_cast<unsigned char>(c)) * 16777619U;
    return (sum >> 10) % kSlots;
  }

  std::array<TopicWord, kSlots> slots_{};
  std::array<std::uint32_t, 256> lengths_{};
};

const Topics& topics() {
  static const std::unique_ptr<const Topics> built = std::make_unique<const Topics>();
  return *built;
}

Topic topic_of_part(std::string_view word) {
  for (const TopicWord& part : topic_parts()) {
    if (word.find(part.word) != std::string_view::npos) return part.topic;
  }
  return Topic::none;
}

Topic topic_of_word(std::string_view word, std::span<const ContextWord> more) {
  for (const ContextWord& own : more) {
    if (equal_caseless(own.word, word)) return topic_of(own.type);
  }
  // Letters of two bytes and more: Greek, Cyrillic, and beyond. A long run is cut: a word of context stands close by.
  if (static_cast<unsigned char>(word.front()) >= 0xCE) return topic_of_part(word.substr(0, kBytes));
  if (word.size() >= kLongest || !topics().may_have(to_lower(word.front()), word.size())) return Topic::none;
  std::array<char, kLongest> lower;
  std::transform(word.begin(), word.end(), lower.begin(), to_lower);
  return topics().of({lower.data(), word.size()});
}

}  // namespace

void ContextReader::read_to(std::size_t pos) {
  std::size_t i = read_;
  if (pos - i > kBytes) {
    i = pos - kBytes;
    while (i < pos && is_letter(text_[i]) && is_letter(text_[i - 1])) ++i;  // the rest of a word that begins before
  }
  while (i < pos) {
    if (!is_letter(text_[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < pos && is_letter(text_[i])) ++i;
    words_[count_++ % kWords] = {begin, topic_of_word(text_.substr(begin, i - begin), more_)};
  }
  read_ = pos;
}

Context ContextReader::before(std::size_t pos) {
  if (pos > read_) read_to(pos);
  Context context;
  for (std::size_t back = 1; back <= std::min(count_, kWords); ++back) {
    const Word& word = words_[(count_ - back) % kWords];
    if (word.begin + kBytes < pos) break;
    if (word.topic == Topic::none) continue;
    context.topics |= std::uint32_t{1} << static_cast<unsigned>(word.topic);
    // "order number": what kind of number is said by the other word.
    const bool open =
        context.nearest == Topic::none || (context.nearest == Topic::number && word.topic != Topic::number);
    if (!open) continue;
    context.nearest = word.topic;
    context.distance = back;
  }
  return context;
}

Topic topic_of(Type type) {
  switch (type) {
    case Type::phone_number:
      return Topic::phone;
    case Type::credit_card:
      return Topic::card;
    case Type::iban_code:
      return Topic::bank;
    case Type::us_ssn:
      return Topic::ssn;
    case Type::us_driver_license:
      return Topic::license;
    case Type::uk_nino:
      return Topic::insurance;
    case Type::uk_nhs:
      return Topic::nhs;
    case Type::de_tax_id:
      return Topic::tax;
    case Type::de_id_card:
    case Type::es_nif:
    case Type::es_nie:
      return Topic::id_card;
    case Type::in_aadhaar:
      return Topic::aadhaar;
    case Type::in_pan:
      return Topic::pan;
    case Type::cn_resident_id:
      return Topic::resident;
    case Type::date_of_birth:
      return Topic::birth;
    case Type::age:
      return Topic::age;
    case Type::zip_code:
      return Topic::zip;
    case Type::crypto:
      return Topic::crypto;
    default:
      return Topic::none;
  }
}

}  // namespace signalbox::pii
