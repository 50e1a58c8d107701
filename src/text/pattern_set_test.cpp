#include "text/pattern_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string>

#include "text/unicode.h"

namespace signalbox::text {
namespace {

using Kind = Pattern::Kind;
using Edges = Pattern::Edges;

PatternSet build(std::vector<Pattern> patterns) {
  auto set = PatternSet::build(std::move(patterns));
  EXPECT_TRUE(set.has_value());
  return std::move(set).value();
}

Pattern literal(std::string text, bool case_sensitive = false, Edges edges = Edges::word) {
  return {.kind = Kind::literal, .text = std::move(text), .case_sensitive = case_sensitive, .edges = edges};
}

Pattern regex(std::string text, bool case_sensitive = false) {
  return {.kind = Kind::regex, .text = std::move(text), .case_sensitive = case_sensitive};
}

std::vector<std::string> found(const Pattern& pattern, const std::string& text) {
  const PatternSet set = build({pattern});
  std::vector<std::string> out;
  for (const PatternMatch& m : set.find(text).matches) out.push_back(text.substr(m.begin, m.end - m.begin));
  return out;
}

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PatternSetLiteral, StandsAlone) {
  EXPECT_THAT(found(literal("class"), "A class, Class; classification subclass CLASS"),
              ElementsAre("class", "Class", "CLASS"));
  EXPECT_THAT(found(literal("class", false, Edges::any), "classification"), ElementsAre("class"));
  EXPECT_THAT(found(literal("urgent"), "urgent"), ElementsAre("urgent"));
}

TEST(PatternSetLiteral, CaseSensitive) {
  EXPECT_THAT(found(literal("US", true), "us US Us"), ElementsAre("US"));
  EXPECT_THAT(found(literal("Straße", true), "STRASSE Strasse Straße"), ElementsAre("Straße"));
}

TEST(PatternSetLiteral, PunctuationKeywords) {
  EXPECT_THAT(found(literal("C++"), "in C++ or c++17"), ElementsAre("C++", "c++"));
  EXPECT_THAT(found(literal(".NET"), "ASP.NET and .net"), ElementsAre(".NET", ".net"));
  EXPECT_THAT(found(literal("?"), "why? what??"), ElementsAre("?", "?", "?"));
  EXPECT_THAT(found(literal("don't"), "I don't, DON'T"), ElementsAre("don't", "DON'T"));
}

TEST(PatternSetLiteral, AccentsInBothSpellings) {
  EXPECT_THAT(found(literal("naïve"), "Na\u00EFve, nai\u0308ve, naive"), ElementsAre("Na\u00EFve", "nai\u0308ve"));
  EXPECT_THAT(found(literal("cafe"), "café cafe\u0301 cafe"), ElementsAre("cafe"));
  EXPECT_THAT(found(literal("か", false, Edges::any), "がか"), ElementsAre("か"));
}

TEST(PatternSetLiteral, CaseFoldingThatChangesLength) {
  EXPECT_THAT(found(literal("STRASSE"), "Die Straße!"), ElementsAre("Straße"));
  EXPECT_THAT(found(literal("straße"), "Die STRASSE!"), ElementsAre("STRASSE"));
  EXPECT_THAT(found(literal("s", false, Edges::any), "ß"), IsEmpty());  // half of a letter
}

TEST(PatternSetLiteral, TurkishDotlessIIsAnotherLetter) {
  EXPECT_THAT(found(literal("kilit"), "KİLİT kılıt KILIT"), ElementsAre("KILIT"));
  EXPECT_THAT(found(literal("istanbul"), "ISTANBUL"), ElementsAre("ISTANBUL"));
}

TEST(PatternSetLiteral, FullwidthAndInvisible) {
  EXPECT_THAT(found(literal("urgent"), "ＵＲＧＥＮＴ"), ElementsAre("ＵＲＧＥＮＴ"));
  EXPECT_THAT(found(literal("password"), "pass\u200Dword"), ElementsAre("pass\u200Dword"));
}

TEST(PatternSetLiteral, EmojiSequences) {
  EXPECT_THAT(found(literal("👩‍💻"), "hi 👩‍💻!"), ElementsAre("👩‍💻"));
  EXPECT_THAT(found(literal("❤️"), "I ❤️ it, ❤"), ElementsAre("❤", "❤"));
  EXPECT_THAT(found(literal("❤️", true), "I ❤️ it, ❤"), ElementsAre("❤️"));
}

TEST(PatternSetLiteral, UnspacedScripts) {
  EXPECT_THAT(found(literal("代码"), "请写代码给我"), ElementsAre("代码"));
  EXPECT_THAT(found(literal("テスト"), "これはテストです"), ElementsAre("テスト"));
  EXPECT_THAT(found(literal("긴급"), "긴급합니다"), ElementsAre("긴급"));
  EXPECT_THAT(found(literal("ช่วย"), "โปรดช่วยด้วย"), ElementsAre("ช่วย"));
  EXPECT_THAT(found(literal("Python"), "用Python写 Pythonic"), ElementsAre("Python"));
}

TEST(PatternSetLiteral, OverlappingAndSharedKeywords) {
  const std::string text = "machine learning machine";
  const PatternSet set =
      build({literal("machine learning"), literal("learning machine"), literal("learning"), literal("LEARNING")});
  EXPECT_THAT(set.find(text).matches, ElementsAre(PatternMatch{0, 0, 16}, PatternMatch{1, 8, 24},
                                                  PatternMatch{2, 8, 16}, PatternMatch{3, 8, 16}));
}

TEST(PatternSetLiteral, SelfOverlapCountsOnce) {
  EXPECT_THAT(found(literal("aa", false, Edges::any), "aaaaa"), ElementsAre("aa", "aa"));
}

TEST(PatternSetRegex, UnanchoredAndFlags) {
  EXPECT_THAT(found(regex(R"(\b\d{3}-\d{2}-\d{4}\b)"), "ssn 123-45-6789."), ElementsAre("123-45-6789"));
  EXPECT_THAT(found(regex("foo(?-i)Bar"), "FOOBar foobar"), ElementsAre("FOOBar"));
  EXPECT_THAT(found(regex("(?i)bar", true), "BAR"), ElementsAre("BAR"));
  EXPECT_THAT(found(regex("Bar", true), "bar BAR"), IsEmpty());
  EXPECT_THAT(found(regex("^b.", true), "ba\nbb"), ElementsAre("ba"));
  EXPECT_THAT(found(regex("(?m)^b.$", true), "ba\nbb"), ElementsAre("ba", "bb"));
}

TEST(PatternSetRegex, EmptyMatches) {
  const PatternSet set = build({regex("a*", true)});
  EXPECT_THAT(set.find("baaß").matches,
              ElementsAre(PatternMatch{0, 0, 0}, PatternMatch{0, 1, 3}, PatternMatch{0, 5, 5}));
  EXPECT_THAT(build({regex("$")}).find("").matches, ElementsAre(PatternMatch{0, 0, 0}));
}

TEST(PatternSetRegex, CaselessAtomsBeyondAscii) {
  EXPECT_THAT(found(regex("kelvin"), "\u212Aelvin"), ElementsAre("\u212Aelvin"));
  EXPECT_THAT(found(regex("süß"), "SÜß"), ElementsAre("SÜß"));
  EXPECT_THAT(found(regex("cafe"), "cafe\u0301"), ElementsAre("cafe"));
}

TEST(PatternSetRegex, RunsOverTheOriginalBytes) {
  EXPECT_THAT(found(regex(R"(\p{Han}+)"), "xß用漢字y"), ElementsAre("用漢字"));
  EXPECT_THAT(found(regex("b"), "\xff\xfe b"), ElementsAre("b"));
}

TEST(PatternSetErrors, RegexErrorsCarryRe2sMessage) {
  const auto set = PatternSet::build({literal("ok"), regex("good"), regex("a(b[z-a]c")});
  ASSERT_FALSE(set.has_value());
  EXPECT_EQ(set.error().code, PatternError::Code::bad_regex);
  EXPECT_EQ(set.error().pattern, 2U);
  EXPECT_EQ(set.error().fragment, "z-a");
  EXPECT_EQ(set.error().offset, 4U);
  EXPECT_THAT(set.error().message, testing::HasSubstr("invalid character class range"));
}

TEST(PatternSetErrors, LookaroundHugeRepeatsAndBadBytes) {
  EXPECT_EQ(PatternSet::build({regex("(?=a)")}).error().code, PatternError::Code::bad_regex);
  EXPECT_EQ(PatternSet::build({regex("((a{100}){100}){100}")}).error().code, PatternError::Code::bad_regex);
  EXPECT_EQ(PatternSet::build({regex(R"(((\pL{500}\pN{500})+\pL{500})+)")}).error().code,
            PatternError::Code::regex_too_large);
  EXPECT_EQ(PatternSet::build({literal("\xff")}).error().code, PatternError::Code::invalid_utf8);
  EXPECT_EQ(PatternSet::build({literal("")}).error().code, PatternError::Code::empty);
  EXPECT_EQ(PatternSet::build({literal("\u200D")}).error().code, PatternError::Code::empty);
}

TEST(PatternSetLimits, AFloodHidesNoOtherPattern) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "noise ";
  text += "secret key42";
  const PatternSet set = build({literal("noise"), literal("secret"), regex(R"(key\d+)")});
  const PatternMatches result = set.find(text, {.per_pattern = 10, .total = 5});
  EXPECT_TRUE(result.truncated);
  EXPECT_EQ(result.matches.size(), 7U);
  EXPECT_EQ(result.matches[5].pattern, 1U);
  EXPECT_EQ(result.matches[6].pattern, 2U);
}

TEST(PatternSetLimits, ExactlyAsManyIsNotTruncated) {
  EXPECT_FALSE(build({literal("a")}).find("a a a", {.per_pattern = 3}).truncated);
  EXPECT_TRUE(build({literal("a")}).find("a a a", {.per_pattern = 2}).truncated);
}

TEST(PatternSet, EmptySetAndEmptyText) {
  EXPECT_THAT(build({}).find("anything").matches, IsEmpty());
  EXPECT_THAT(build({literal("a"), regex("b")}).find("").matches, IsEmpty());
}

// --- the obvious matcher, to compare with ---------------------------------------------------------------------------

// Caseless comparison character by character: does text, from a character on, fold to the needle up to a character?
std::optional<std::size_t> literal_end(std::string_view text, std::size_t begin, std::string_view needle) {
  std::string folded;
  for (std::size_t i = begin; i < text.size();) {
    const CodePoint c = decode_at(text, i);
    append_folded(c.value, folded);
    i += c.length;
    if (folded == needle) return i;
    if (folded.size() >= needle.size()) return std::nullopt;
  }
  return std::nullopt;
}

bool has_word_character(std::string_view text) {
  return std::ranges::any_of(to_code_points(text), [](char32_t c) { return is_word_char(c); });
}

bool folds_to_nothing(char32_t c) {
  std::string folded;
  append_folded(c, folded);
  return folded.empty();
}

void naive_literal(const Pattern& p, std::uint32_t id, std::string_view text, std::vector<PatternMatch>& out) {
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_at(text, i);
    const auto end = folds_to_nothing(c.value) ? std::nullopt : literal_end(text, i, fold(p.text));
    const bool exact = !p.case_sensitive || text.substr(i, p.text.size()) == p.text;
    const bool edges = end && (p.edges == Edges::any || !has_word_character(p.text) || at_word_edges(text, i, *end));
    if (end && exact && edges && !splits_character(text, *end)) {
      out.push_back({id, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(*end)});
      i = *end;
    } else {
      i += c.length;
    }
  }
}

void naive_regex(const Pattern& p, std::uint32_t id, const std::string& text, std::vector<PatternMatch>& out) {
  RE2::Options options;
  options.set_case_sensitive(p.case_sensitive);
  const RE2 re(p.text, options);
  re2::StringPiece match;
  std::size_t from = 0;
  std::size_t last = std::string::npos;
  while (from <= text.size() && re.Match(text, from, text.size(), RE2::UNANCHORED, &match, 1)) {
    const auto begin = static_cast<std::size_t>(match.data() - text.data());
    const std::size_t end = begin + match.size();
    if (!match.empty() || last != begin) {
      out.push_back({id, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    }
    last = end;
    from = match.empty() ? end + std::max<std::size_t>(1, decode_at(text, end).length) : end;
  }
}

class RandomText {
 public:
  explicit RandomText(std::uint32_t seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  std::string text(std::size_t pieces) {
    static constexpr std::array kPieces = {
        "a",      "b",      "A",   "s",  "S", "ß",      "i",  "İ",  "ı",  " ",      "-",
        "1",      "2",      "_",   "é",  "e", "用",     "写", "か", "が", "\u0301", "\u00AD",
        "Ａ",     "ｶ",      ".",   "ab", "k", "\u212A", "안", "ช",  "่",   "\n",     "\xF0\x9F\x91\xA9",
        "\u200D", "\u200B", "\xff"};
    std::string out;
    for (std::size_t i = 0; i < pieces; ++i) out += kPieces[below(kPieces.size())];
    return out;
  }

 private:
  std::mt19937 random_;
};

bool valid_literal(const std::string& text) {
  return text.find('\xff') == std::string::npos && !fold(text).empty() && !folds_to_nothing(decode_at(text, 0).value) &&
         !folds_to_nothing(decode_before(text, text.size()).value);
}

TEST(PatternSetProperty, EqualsTheObviousMatcher) {
  const std::vector<std::string> regexes = {"a+b",   "k",    "(?i)S+", R"(\d-\d)",  "[ab]{2}", "^a",
                                            "用|写", "a*b*", "ab|a",   R"(\bab\b)", "é",       "(?s)s.i"};
  RandomText random(20240607);
  for (int round = 0; round < 400; ++round) {
    std::vector<Pattern> patterns;
    while (patterns.size() < 24) {
      if (random.below(4) == 0) {
        patterns.push_back(regex(regexes[random.below(regexes.size())], random.below(2) == 0));
      } else if (std::string text = random.text(1 + random.below(4)); valid_literal(text)) {
        patterns.push_back(literal(text, random.below(3) == 0, random.below(2) == 0 ? Edges::any : Edges::word));
      }
    }
    const PatternSet set = build(patterns);
    const std::string text = random.text(random.below(80));
    std::vector<PatternMatch> expected;
    for (std::uint32_t i = 0; i < patterns.size(); ++i) {
      if (patterns[i].kind == Kind::regex) {
        naive_regex(patterns[i], i, text, expected);
      } else {
        naive_literal(patterns[i], i, text, expected);
      }
    }
    const PatternMatches result = set.find(text, {.per_pattern = 10000, .total = 100000});
    ASSERT_EQ(result.matches.size(), expected.size()) << testing::PrintToString(text);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const Pattern& p = patterns[expected[i].pattern];
      ASSERT_EQ(result.matches[i], expected[i])
          << testing::PrintToString(text) << " " << testing::PrintToString(p.text);
    }
  }
}

}  // namespace
}  // namespace signalbox::text
