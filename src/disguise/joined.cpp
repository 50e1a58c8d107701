// spaced: "i g n o r e   t h i s", "i.g.n.o.r.e t-h-i-s".
#include "disguise/ascii.h"
#include "disguise/steps.h"
#include "text/unicode.h"

namespace signalbox::disguise {
namespace {

constexpr std::size_t kFewestLetters = 4;

bool is_word(char32_t c) {
  return c < 0x80 ? is_letter(static_cast<char>(c)) || is_digit(static_cast<char>(c)) : text::is_word_char(c);
}

// What stands between two spaces.
struct Token {
  std::size_t begin = 0, end = 0;
  bool single = false;  // one character
  bool word = false;    // and that of a word
};

Token token_at(std::string_view text, std::size_t pos) {
  Token token{.begin = pos, .end = pos};
  while (token.end < text.size() && !is_space(text[token.end])) ++token.end;
  const text::CodePoint first = text::decode_at(text, pos);
  token.single = pos + first.length == token.end;
  token.word = token.single && is_word(first.value);
  return token;
}

std::size_t next_token(std::string_view text, std::size_t pos) {
  while (pos < text.size() && is_space(text[pos])) ++pos;
  return pos;
}

// "i.g.n.o.r.e": letters, each but the last before the same sign. Appends them without it.
bool append_without_signs(std::string_view token, std::string& out) {
  constexpr std::string_view kSigns = ".-_*|/,~+:";
  if (token.size() < 2 * kFewestLetters - 1) return false;
  const text::CodePoint first = text::decode_at(token, 0);
  if (first.length >= token.size() || kSigns.find(token[first.length]) == std::string_view::npos) return false;
  const char sign = token[first.length];
  std::string letters;
  std::size_t count = 0, digits = 0;
  for (std::size_t at = 0; at < token.size();) {
    const text::CodePoint point = text::decode_at(token, at);
    if (!is_word(point.value)) return false;
    letters += token.substr(at, point.length);
    digits += point.value < 0x80 && is_digit(static_cast<char>(point.value)) ? 1 : 0;
    ++count;
    at += point.length;
    if (at == token.size()) break;
    if (token[at] != sign) return false;
    ++at;
  }
  if (count < kFewestLetters || digits * 2 > count) return false;
  out += letters;
  return true;
}

// Single characters in a row: [first, last) of `tokens`. A wider gap than the others parts words.
void append_joined(std::string_view text, const std::vector<Token>& run, std::string& out) {
  std::size_t narrowest = text.size();
  for (std::size_t i = 1; i < run.size(); ++i) narrowest = std::min(narrowest, run[i].begin - run[i - 1].end);
  for (std::size_t i = 0; i < run.size(); ++i) {
    if (i > 0 && run[i].begin - run[i - 1].end > narrowest) out += ' ';
    out += text.substr(run[i].begin, run[i].end - run[i].begin);
  }
}

class Joiner {
 public:
  explicit Joiner(std::string_view text) : text_(text) {}

  Changed join() {
    for (std::size_t pos = next_token(text_, 0); pos < text_.size();) {
      const Token token = token_at(text_, pos);
      pos = next_token(text_, token.end);
      if (token.single && (token.word || !run_.empty())) {
        letters_ += token.word ? 1 : 0;
        run_.push_back(token);
        continue;
      }
      end_run();
      replace_signs(token);
    }
    end_run();
    if (copied_ == 0) return std::nullopt;
    out_ += text_.substr(copied_);
    return std::move(out_);
  }

 private:
  void end_run() {
    if (letters_ >= kFewestLetters && letters_ * 3 > run_.size() * 2) {
      out_ += text_.substr(copied_, run_.front().begin - copied_);
      append_joined(text_, run_, out_);
      copied_ = run_.back().end;
    }
    run_.clear();
    letters_ = 0;
  }

  void replace_signs(const Token& token) {
    std::string letters;
    if (!append_without_signs(text_.substr(token.begin, token.end - token.begin), letters)) return;
    out_ += text_.substr(copied_, token.begin - copied_);
    out_ += letters;
    copied_ = token.end;
  }

  std::string_view text_;
  std::vector<Token> run_;
  std::size_t letters_ = 0;
  std::size_t copied_ = 0;
  std::string out_;
};

}  // namespace

Changed joined(std::string_view text, Notes& notes) {
  Changed result = Joiner(text).join();
  if (result) notes.push_back(Step::spaced);
  return result;
}

}  // namespace signalbox::disguise
