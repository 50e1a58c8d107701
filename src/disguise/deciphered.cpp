// rot13, reversed: runs of words that are spelt like English only when read so.
#include <algorithm>

#include "disguise/ascii.h"
#include "disguise/english.h"
#include "disguise/steps.h"
#include "text/unicode.h"

namespace signalbox::disguise {
namespace {

constexpr std::size_t kFewestLetters = 12;
constexpr int kEnough = 16 * 12;        // by how much a run must be likelier: e^12
constexpr int kClear = 8;               // and by how much for each letter
constexpr int kLetterPenalty = 6;       // for each letter, so that chance adds up to nothing
constexpr int kOrdinaryWord = -16;      // what a word takes from a run that is English as it stands
constexpr int kOrdinary = -16 * 5 / 2;  // for each letter, where a word is taken as it stands

struct Word {
  std::size_t begin = 0, end = 0;
};

// The best run of words so far, and the one that may still become better.
class BestRun {
 public:
  void add(const Word& word, int gain) {
    if (sum_ <= 0) {
      sum_ = 0;
      letters_ = words_ = 0;
      begin_ = word.begin;
    }
    sum_ += gain;
    letters_ += word.end - word.begin;
    ++words_;
    const bool clear = sum_ >= kClear * static_cast<int>(letters_);
    if (sum_ > best_ && clear && letters_ >= kFewestLetters && words_ > 1) {
      best_ = sum_;
      run_ = {begin_, word.end};
    }
  }
  bool found() const { return best_ >= kEnough; }
  Word run() const { return run_; }

 private:
  int sum_ = 0, best_ = 0;
  std::size_t begin_ = 0, letters_ = 0, words_ = 0;
  Word run_;
};

std::size_t plain(char c) {
  return static_cast<std::size_t>(at(kLetterIndex, c));
}

std::size_t rotated(char c) {
  return (plain(c) + 13) % kLetters;
}

// The pairs of a word read from its end.
int backwards(std::string_view word) {
  int sum = 0;
  std::size_t before = kEdge;
  for (auto c = word.rbegin(); c != word.rend(); ++c) {
    sum += kLetterPairs[before][plain(*c)];
    before = plain(*c);
  }
  return sum + kLetterPairs[before][kEdge];
}

int forwards(std::string_view word) {
  return spelling(word, plain);
}

int rotated_forwards(std::string_view word) {
  return spelling(word, rotated);
}

using Reading = int (*)(std::string_view word);

// Words beside a run that are about as good either way belong to it: "erongi" is spelt no worse than "ignore".
Word extended(std::string_view text, Word run, Reading reading) {
  constexpr int kAboutAsGood = -8;
  const auto belongs = [&](std::size_t begin, std::size_t end) {
    const std::string_view word = text.substr(begin, end - begin);
    return reading(word) - forwards(word) >= kAboutAsGood;
  };
  const auto letter = [&](std::size_t i) { return at(kLetterIndex, text[i]) != kNone; };
  while (true) {
    std::size_t end = run.begin;
    while (end > 0 && !letter(end - 1)) --end;
    std::size_t begin = end;
    while (begin > 0 && letter(begin - 1)) --begin;
    if (begin == end || !belongs(begin, end)) break;
    run.begin = begin;
  }
  while (true) {
    std::size_t begin = run.end;
    while (begin < text.size() && !letter(begin)) ++begin;
    std::size_t end = begin;
    while (end < text.size() && letter(end)) ++end;
    if (begin == end || !belongs(begin, end)) break;
    run.end = end;
  }
  return run;
}

struct Runs {
  BestRun rot13, reversed;
};

Runs look(std::string_view text) {
  Runs runs;
  for (std::size_t pos = 0; pos < text.size();) {
    if (at(kLetterIndex, text[pos]) == kNone) {
      ++pos;
      continue;
    }
    Word word{pos, pos};
    int sum = 0;
    std::size_t before = kEdge;
    while (word.end < text.size() && at(kLetterIndex, text[word.end]) != kNone) {
      const std::size_t now = plain(text[word.end++]);
      sum += kLetterPairs[before][now];
      before = now;
    }
    sum += kLetterPairs[before][kEdge];
    pos = word.end;
    const auto length = static_cast<int>(word.end - word.begin);
    if (sum > kOrdinary * (length + 1)) {
      runs.rot13.add(word, kOrdinaryWord);
      runs.reversed.add(word, kOrdinaryWord);
      continue;
    }
    const std::string_view bytes = text.substr(word.begin, word.end - word.begin);
    runs.rot13.add(word, rotated_forwards(bytes) - sum - kLetterPenalty * length);
    runs.reversed.add(word, backwards(bytes) - sum - kLetterPenalty * length);
  }
  return runs;
}

std::string rotate(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (at(kLetterIndex, c) != kNone) c = static_cast<char>((c >= 'a' ? 'a' : 'A') + static_cast<int>(rotated(c)));
  }
  return out;
}

std::string reverse(std::string_view text) {
  std::string out;
  for (std::size_t end = text.size(); end > 0;) {
    const text::CodePoint point = text::decode_before(text, end);
    out += text.substr(end - point.length, point.length);
    end -= point.length;
  }
  return out;
}

std::string replaced(std::string_view text, const Word& run, const std::string& by) {
  return std::string(text.substr(0, run.begin)) + by + std::string(text.substr(run.end));
}

}  // namespace

Changed deciphered(std::string_view text, Notes& notes) {
  const Runs runs = look(text);
  if (runs.rot13.found()) {
    notes.push_back(Step::rot13);
    const Word run = extended(text, runs.rot13.run(), rotated_forwards);
    return replaced(text, run, rotate(text.substr(run.begin, run.end - run.begin)));
  }
  if (runs.reversed.found()) {
    notes.push_back(Step::reversed);
    const Word run = extended(text, runs.reversed.run(), backwards);
    return replaced(text, run, reverse(text.substr(run.begin, run.end - run.begin)));
  }
  return std::nullopt;
}

}  // namespace signalbox::disguise
