// The tokens of short words seen lately: natural text repeats its words, and a look-up is cheaper than merging again.
//
// A fixed table (256 KiB) with one place for each hash; a newer word takes the place of an older one. It serves any
// number of tokenizers, told apart by their numbers. Owner: Scratch; one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace signalbox::tokenizers {

// A token of a word: its id and the bytes of the word it covers.
struct WordToken {
  std::uint32_t id = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

class WordCache {
 public:
  static constexpr std::size_t kMaxBytes = 23;
  static constexpr std::size_t kMaxTokens = 6;

  struct Entry {
    std::array<char, kMaxBytes> bytes{};
    std::uint8_t length = 0;  // of the word; 0: empty
    std::array<std::uint32_t, kMaxTokens> ids{};
    std::array<std::uint8_t, kMaxTokens> ends{};  // in the word
    std::uint8_t count = 0;
    std::uint64_t owner = 0;
  };

  // The place for this word (of 1 to kMaxBytes bytes), whether or not it is the one there.
  Entry& place(std::uint64_t owner, std::string_view word) {
    if (!entries_) entries_ = std::make_unique<std::array<Entry, kEntries>>();
    return (*entries_)[hash(owner, word) >> (64 - kBits)];
  }

  static bool holds(const Entry& entry, std::uint64_t owner, std::string_view word) {
    return entry.length == word.size() && entry.owner == owner &&
           std::memcmp(entry.bytes.data(), word.data(), word.size()) == 0;
  }

  // Does nothing when there are too many tokens, or when they do not follow each other without gap or overlap.
  static void put(Entry& entry, std::uint64_t owner, std::string_view word, const std::vector<WordToken>& tokens) {
    if (tokens.size() > kMaxTokens) return;
    std::uint32_t end = 0;
    for (const WordToken& token : tokens) {
      if (token.begin != end) return;
      end = token.end;
    }
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      entry.ids[i] = tokens[i].id;
      entry.ends[i] = static_cast<std::uint8_t>(tokens[i].end);
    }
    std::memcpy(entry.bytes.data(), word.data(), word.size());
    entry.length = static_cast<std::uint8_t>(word.size());
    entry.count = static_cast<std::uint8_t>(tokens.size());
    entry.owner = owner;
  }

 private:
  static constexpr unsigned kBits = 12;
  static constexpr std::size_t kEntries = std::size_t{1} << kBits;

  static std::uint64_t load(const char* at, std::size_t size) {
    std::uint64_t value = 0;
    std::memcpy(&value, at, size);
    return value;
  }

  static std::uint64_t hash(std::uint64_t owner, std::string_view word) {
    constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15;
    std::uint64_t h = owner * kMultiplier + word.size();
    const char* at = word.data();
    std::size_t left = word.size();
    for (; left > 8; left -= 8, at += 8) h = (h ^ load(at, 8)) * kMultiplier, h ^= h >> 32;
    h = (h ^ load(at, left)) * kMultiplier;
    return (h ^ h >> 32) * kMultiplier;
  }

  std::unique_ptr<std::array<Entry, kEntries>> entries_;
};

}  // namespace signalbox::tokenizers
