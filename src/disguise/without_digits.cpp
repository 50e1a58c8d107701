// leet: "1gn0r3 4ll rul3s".
#include "disguise/ascii.h"
#include "disguise/english.h"
#include "disguise/steps.h"

namespace signalbox::disguise {
namespace {

constexpr int kSpeltWell = -16 * 36 / 10;  // for each letter: a word of English, or nearly

char letter_for(char c) {
  switch (c) {
    case '0':
      return 'o';
    case '1':
    case '!':
      return 'i';
    case '2':
      return 'z';
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '5':
    case '$':
      return 's';
    case '6':
    case '9':
      return 'g';
    case '7':
    case '+':
      return 't';
    case '8':
      return 'b';
    case '|':
      return 'l';
    default:
      return 0;
  }
}

struct Token {
  std::size_t begin = 0, end = 0;
  std::size_t letters = 0, digits = 0;
  std::size_t before_letters = 0;  // digits with a letter behind them: mp3 and covid19 have none
  bool mixed = true;               // of letters and what stands for letters alone
};

Token token_at(std::string_view text, std::size_t pos) {
  Token token{.begin = pos, .end = pos};
  for (; token.end < text.size() && !is_space(text[token.end]); ++token.end) {
    const char c = text[token.end];
    if (is_letter(c)) {
      ++token.letters;
    } else if (is_digit(c)) {
      ++token.digits;
    }
  }
  return token;
}

// Signs at its ends are punctuation; what is left must be letters and their stand-ins.
void trim(std::string_view text, Token& token) {
  const auto sign = [&](char c) { return !is_letter(c) && !is_digit(c) && c != '@' && c != '$'; };
  while (token.begin < token.end && sign(text[token.begin])) ++token.begin;
  while (token.begin < token.end && sign(text[token.end - 1])) --token.end;
  token.letters = token.digits = 0;
  for (std::size_t i = token.begin; i < token.end; ++i) {
    if (is_letter(text[i])) {
      ++token.letters;
      if (i > token.begin && letter_for(text[i - 1]) != 0) ++token.before_letters;
    } else if (letter_for(text[i]) != 0) {
      ++token.digits;
    } else if (text[i] != '\'') {
      token.mixed = false;
    }
  }
}

bool is_ordinal(std::string_view token) {
  const std::size_t end = token.find_first_not_of("0123456789");
  if (end == 0 || end == std::string_view::npos) return false;
  const std::string_view ending = token.substr(end);
  return ending == "st" || ending == "nd" || ending == "rd" || ending == "th";
}

// With 1 as i or as l, whichever is the better word; "" where neither is one.
std::string word_of(std::string_view token) {
  std::string best;
  int best_score = kSpeltWell * (static_cast<int>(token.size()) + 1);
  for (const char one : {'i', 'l'}) {
    std::string word;
    for (const char c : token) {
      const char letter = c == '1' ? one : letter_for(c);
      word += letter != 0 ? letter : c;
    }
    std::string letters;
    for (const char c : word) {
      if (c != '\'') letters += c;
    }
    const int score = spelling(letters, [](char c) { return static_cast<std::size_t>(at(kLetterIndex, c)); });
    if (score > best_score) {
      best_score = score;
      best = std::move(word);
    }
  }
  return best;
}

}  // namespace

Changed without_digits(std::string_view text, Notes& notes) {
  std::string out;
  std::size_t copied = 0, inside = 0;
  for (std::size_t pos = 0; pos < text.size();) {
    if (is_space(text[pos])) {
      ++pos;
      continue;
    }
    Token token = token_at(text, pos);
    pos = token.end;
    const bool signs = token.digits == 0 && token.letters > 0 &&
                       text.substr(token.begin, token.end - token.begin).find_first_of("@$!") != std::string_view::npos;
    if (token.letters == 0 || (token.digits == 0 && !signs)) continue;
    trim(text, token);
    if (!token.mixed || token.letters == 0 || token.digits == 0 || token.letters + token.digits < 3) continue;
    const std::string_view bytes = text.substr(token.begin, token.end - token.begin);
    const std::string word = is_ordinal(bytes) ? "" : word_of(bytes);
    if (word.empty()) continue;
    out += text.substr(copied, token.begin - copied);
    out += word;
    copied = token.end;
    inside += token.before_letters;
  }
  // A single digit within a word is a name or a model number.
  if (inside < 2) return std::nullopt;
  out += text.substr(copied);
  notes.push_back(Step::leet);
  return out;
}

}  // namespace signalbox::disguise
