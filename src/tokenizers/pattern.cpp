#include "tokenizers/pattern.h"

#include <fmt/format.h>
#include <unicode/regex.h>
#include <unicode/utext.h>

#include <array>

#include "tokenizers/chars.h"
#include "tokenizers/scanners.h"
#include "tokenizers/utf8.h"

namespace signalbox::tokenizers {
namespace {

class Literal : public Pattern {
 public:
  explicit Literal(std::string_view literal) : literal_(literal) {}

  void find_all(std::string_view text, std::vector<Span>& out) const override {
    for (std::size_t at = text.find(literal_); at != std::string_view::npos; at = text.find(literal_, at)) {
      out.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + literal_.size())});
      at += literal_.size();
    }
  }

 private:
  std::string literal_;
};

class Scanned : public Pattern {
 public:
  explicit Scanned(Scanner scanner) : scanner_(scanner) {}

  void find_all(std::string_view text, std::vector<Span>& out) const override {
    const auto size = static_cast<std::uint32_t>(text.size());
    for (std::uint32_t at = 0; at < size;) {
      const std::uint32_t end = scanner_(chars_, text, at);
      if (end > at) out.push_back({at, end});
      at = end > at ? end : at + sequence_length(text[at]);
    }
  }

 private:
  Scanner scanner_;
  const CharTable& chars_ = CharTable::get();
};

// Rewrites Oniguruma's dialect for ICU. Classes of characters differ: ICU's \s and \w are not Unicode's.
class Translation {
 public:
  Translation(std::string_view expression, const std::string& path) : in_(expression), path_(path) {}

  std::string run() {
    while (at_ < in_.size()) {
      const char c = in_[at_];
      if (c == '\\') {
        escape();
        continue;
      }
      if (c == '(' && in_.substr(at_).starts_with("(?") && is_flag(at_ + 2)) flags();
      out_ += c;
      ++at_;
    }
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw LoadFault(path_, fmt::format("uses {}, which this version cannot match.", what));
  }

  bool is_flag(std::size_t at) const {
    return at < in_.size() && (std::isalpha(static_cast<unsigned char>(in_[at])) != 0 || in_[at] == '-');
  }

  // Only (?i: means the same in both.
  void flags() const {
    if (!in_.substr(at_).starts_with("(?i:") && !in_.substr(at_).starts_with("(?i)")) fail("flags other than (?i)");
  }

  void escape() {
    if (at_ + 1 >= in_.size()) fail("a lone backslash");
    const char c = in_[at_ + 1];
    at_ += 2;
    static constexpr std::string_view kSpace =
        R"(\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000)";
    static constexpr std::string_view kWordClass = R"(\p{Alphabetic}\p{M}\p{N}\p{Pc})";
    switch (c) {
      case 's':
        out_ += fmt::format("[{}]", kSpace);
        return;
      case 'S':
        out_ += fmt::format("[^{}]", kSpace);
        return;
      case 'w':
        out_ += fmt::format("[{}]", kWordClass);
        return;
      case 'W':
        out_ += fmt::format("[^{}]", kWordClass);
        return;
      case 'h':
        out_ += "[0-9a-fA-F]";
        return;
      case 'H':
        out_ += "[^0-9a-fA-F]";
        return;
      default:
        break;
    }
    if (c == 'p' && property()) return;
    const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (letter && std::string_view("pPdDnrtfvauxAzZ").find(c) == std::string_view::npos) fail(fmt::format("\\{}", c));
    out_ += '\\';
    out_ += c;
  }

  // \p{L} and its like, with the characters that are newer than ICU's tables. False for another property.
  bool property() {
    struct Named {
      std::string_view name;
      std::uint16_t classes;
      std::string_view others;  // what no class of CharTable holds
    };
    static constexpr Named kNamed[] = {
        {"{L}", kLetter, ""},
        {"{N}", kNumber, ""},
        {"{M}", kMark, ""},
        {"{Lu}", kUpper, ""},
        {"{Ll}", kLower, ""},
        {"{P}", 0,
         R"(\u1B4E-\u1B4F\u1B7F\U00010D6E\U000113D4-\U000113D5\U000113D7-\U000113D8\U00011BE1)"
         R"(\U00016D6D-\U00016D6F\U0001E5FF)"},
        {"{S}", 0,
         R"(\u2427-\u2429\u2FFC-\u2FFF\u31E4-\u31E5\u31EF\U00010D8E-\U00010D8F\U0001CC00-\U0001CCEF)"
         R"(\U0001CD00-\U0001CEB3\U0001F8B2-\U0001F8BB\U0001F8C0-\U0001F8C1\U0001FA89\U0001FA8F\U0001FABE)"
         R"(\U0001FAC6\U0001FADC\U0001FADF\U0001FAE9\U0001FBCB-\U0001FBEF)"},
    };
    for (const Named& named : kNamed) {
      if (!in_.substr(at_).starts_with(named.name)) continue;
      at_ += named.name.size();
      out_ += fmt::format("[\\p{}{}{}]", named.name, named.others, newer(named.classes));
      return true;
    }
    return false;
  }

  static std::string newer(std::uint16_t classes) {
    std::string out;
    for (const NewRange& range : new_ranges()) {
      if ((range.classes & classes) == 0) continue;
      out += fmt::format("\\U{:08X}-\\U{:08X}", static_cast<unsigned>(range.first), static_cast<unsigned>(range.last));
    }
    return out;
  }

  std::string_view in_;
  const std::string& path_;
  std::string out_;
  std::size_t at_ = 0;
};

class IcuRegex : public Pattern {
 public:
  IcuRegex(std::string_view expression, const std::string& path) {
    const std::string translated = Translation(expression, path).run();
    UErrorCode status = U_ZERO_ERROR;
    UParseError where;
    pattern_.reset(icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(translated),
                                              UREGEX_MULTILINE | UREGEX_UNIX_LINES, where, status));
    if (U_FAILURE(status))
      throw LoadFault(path, fmt::format("is no regular expression known to this version ({}).", u_errorName(status)));
  }

  void find_all(std::string_view text, std::vector<Span>& out) const override {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexMatcher> matcher(pattern_->matcher(status));
    UText input = UTEXT_INITIALIZER;
    utext_openUTF8(&input, text.data(), static_cast<std::int64_t>(text.size()), &status);
    if (U_FAILURE(status)) return;
    matcher->setTimeLimit(kTimeLimit, status);
    matcher->reset(&input);
    while (U_SUCCESS(status) && matcher->find(status)) {
      const auto begin = static_cast<std::uint32_t>(matcher->start64(status));
      const auto end = static_cast<std::uint32_t>(matcher->end64(status));
      if (U_SUCCESS(status)) out.push_back({begin, end});
    }
    utext_close(&input);
  }

 private:
  static constexpr std::int32_t kTimeLimit = 200;  // of ICU's units, about a millisecond each, for one match

  std::unique_ptr<const icu::RegexPattern> pattern_;
};

}  // namespace

PatternPtr make_literal(std::string_view literal) {
  return std::make_unique<Literal>(literal);
}

PatternPtr make_regex(std::string_view expression, const std::string& path) {
  if (const Scanner scanner = find_scanner(expression)) return std::make_unique<Scanned>(scanner);
  return std::make_unique<IcuRegex>(expression, path);
}

PatternPtr read_pattern(const JsonValue& json) {
  JsonObject object = json.object();
  const std::optional<JsonValue> literal = object.find("String");
  const std::optional<JsonValue> regex = object.find("Regex");
  object.finish();
  if (literal.has_value() == regex.has_value()) json.fail("must be a String or a Regex.");
  if (regex) return make_regex(regex->string(), regex->path());
  if (literal->string().empty()) literal->fail("must not be empty.");
  return make_literal(literal->string());
}

}  // namespace signalbox::tokenizers
