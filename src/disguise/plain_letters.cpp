// invisible, tags, compatibility, confusables: what is done to single characters.
#include <unicode/normalizer2.h>

#include "disguise/confusables.h"
#include "disguise/steps.h"
#include "text/unicode.h"

namespace signalbox::disguise {
namespace {

using text::CodePoint;

constexpr char32_t kScriptsEnd = 0x590;  // Latin, Greek, Cyrillic, Armenian: no spelling needs an invisible character

constexpr char32_t kZeroWidthSpace = 0x200B;

bool is_ascii_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_combining(char32_t c) {
  return c >= 0x300 && c < 0x370;
}

// Marks that make an accented letter with the letter before them are spelling; any others were put there.
bool composes(char32_t base, char32_t mark) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(status);
  return U_SUCCESS(status) != 0 && nfc->composePair(static_cast<UChar32>(base), static_cast<UChar32>(mark)) >= 0;
}

// Why a character changes, each at most once.
class Noted {
 public:
  void add(Step step) { seen_ |= 1U << static_cast<unsigned>(step); }
  bool any() const { return seen_ != 0; }
  void append_to(Notes& notes) const {
    for (std::size_t i = 0; i < kSteps; ++i) {
      if ((seen_ >> i & 1U) != 0) notes.push_back(static_cast<Step>(i));
    }
  }

 private:
  unsigned seen_ = 0;
};

class Plain {
 public:
  explicit Plain(std::string_view source) { out_.reserve(source.size()); }

  void add(std::string_view bytes, char32_t c) {
    if (c >= 0xE0000 && c < 0xE0080) {
      noted_.add(Step::tags);
      if (c >= 0xE0020 && c < 0xE007F) put(static_cast<char>(c - 0xE0000));
    } else if ((c == kZeroWidthSpace || text::is_ignorable(c)) && last_ < kScriptsEnd) {
      noted_.add(Step::invisible);
    } else if (is_combining(c) && is_ascii_letter(last_) && (marked_ || !composes(last_, c))) {
      noted_.add(Step::invisible);
    } else if (const char letter = latin_form(c); letter != 0) {
      noted_.add(Step::compatibility);
      put(letter);
    } else {
      out_ += bytes;
      marked_ = is_combining(c);
      if (!marked_) last_ = c;
    }
  }

  const Noted& noted() const { return noted_; }
  std::string& text() { return out_; }

 private:
  void put(char letter) {
    out_ += letter;
    last_ = static_cast<unsigned char>(letter);
    marked_ = false;
  }

  std::string out_;
  char32_t last_ = 0;    // the letter that marks stand on
  bool marked_ = false;  // it has one already
  Noted noted_;
};

// A run of letters and what it would be in Latin ones.
struct Word {
  std::size_t begin = 0, end = 0;
  bool latin = false;    // holds an ASCII letter
  bool foreign = false;  // holds any other
  bool alike = true;     // each of these looks like an ASCII letter
  std::size_t length = 0;
};

bool in_word(char32_t c) {
  return c < 0x80 ? is_ascii_letter(c) : text::is_word_char(c) || text::is_mark(c);
}

std::vector<Word> words_with_foreign(std::string_view text, bool& mostly_latin) {
  std::vector<Word> words;
  std::size_t latin = 0, others = 0;
  Word word;
  const auto close = [&] {
    if (word.length == 0) return;
    ++(word.latin ? latin : others);
    if (word.foreign) words.push_back(word);
    word = {};
  };
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = text::decode_at(text, at);
    if (!in_word(point.value)) {
      close();
    } else {
      if (word.length++ == 0) word.begin = at;
      word.end = at + point.length;
      if (point.value < 0x80) {
        word.latin = true;
      } else if (!is_combining(point.value)) {
        word.foreign = true;
        word.alike = word.alike && latin_look_alike(point.value) != 0;
      }
    }
    at += point.length;
  }
  close();
  mostly_latin = latin > others;
  return words;
}

// A word of two scripts is no word of either; one that is all look-alikes is Latin where the words around it are.
bool is_disguised(const Word& word, std::string_view bytes, bool mostly_latin) {
  if (!word.latin) return word.alike && mostly_latin && word.length > 2;
  for (std::size_t at = 0; at < bytes.size();) {
    const CodePoint point = text::decode_at(bytes, at);
    if (point.value >= 0x80 && latin_look_alike(point.value) != 0) return true;
    at += point.length;
  }
  return false;
}

void append_latin(std::string_view bytes, std::string& out) {
  for (std::size_t at = 0; at < bytes.size();) {
    const CodePoint point = text::decode_at(bytes, at);
    if (const char letter = point.value < 0x80 ? '\0' : latin_look_alike(point.value); letter != 0) {
      out += letter;
    } else {
      out += bytes.substr(at, point.length);
    }
    at += point.length;
  }
}

Changed latin_words(std::string_view text) {
  bool mostly_latin = false;
  const std::vector<Word> words = words_with_foreign(text, mostly_latin);
  std::string out;
  std::size_t copied = 0;
  for (const Word& word : words) {
    const std::string_view bytes = text.substr(word.begin, word.end - word.begin);
    if (!is_disguised(word, bytes, mostly_latin)) continue;
    out += text.substr(copied, word.begin - copied);
    append_latin(bytes, out);
    copied = word.end;
  }
  if (copied == 0) return std::nullopt;
  out += text.substr(copied);
  return out;
}

}  // namespace

Changed plain_letters(std::string_view text, Notes& notes) {
  if (text::is_ascii(text)) return std::nullopt;
  Plain plain(text);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = text::decode_at(text, at);
    plain.add(text.substr(at, point.length), point.value);
    at += point.length;
  }
  Changed result;
  if (plain.noted().any()) {
    plain.noted().append_to(notes);
    result = std::move(plain.text());
  }
  if (Changed latin = latin_words(result ? std::string_view(*result) : text)) {
    notes.push_back(Step::confusables);
    result = std::move(latin);
  }
  return result;
}

}  // namespace signalbox::disguise
