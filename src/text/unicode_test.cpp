#include "text/unicode.h"

#include <gtest/gtest.h>

#include <string>

namespace signalbox::text {
namespace {

bool whole_word(std::string_view text, std::string_view part) {
  const std::size_t at = text.find(part);
  return at != std::string_view::npos && at_word_edges(text, at, at + part.size());
}

TEST(FoldedText, IsAsLongAsAnAsciiTextOfAnyLength) {
  const std::string text(200, 'A');
  for (std::size_t size = 0; size <= text.size(); ++size) {
    EXPECT_EQ(FoldedText(std::string_view(text).substr(0, size)).bytes(), std::string(size, 'a'));
  }
}

TEST(Decode, InvalidBytesAreOneReplacementEach) {
  const std::string text = "a\xff\xc3(\xe4\xbd";
  EXPECT_EQ(to_code_points(text), U"a\uFFFD\uFFFD(\uFFFD\uFFFD");
  EXPECT_EQ(decode_at(text, 1).value, kReplacement);
  EXPECT_EQ(decode_at(text, 1).length, 1U);
  EXPECT_EQ(decode_at(text, text.size()).length, 0U);
}

TEST(Decode, BackwardsFindsTheSameCharacters) {
  const std::string text = "aß用👩\xff";
  std::u32string backwards;
  for (std::size_t i = text.size(); i > 0;) {
    const CodePoint c = decode_before(text, i);
    backwards.insert(backwards.begin(), c.value);
    i -= c.length;
  }
  EXPECT_EQ(backwards, to_code_points(text));
}

TEST(Fold, FullCaseFolding) {
  EXPECT_EQ(fold("Straße"), fold("STRASSE"));
  EXPECT_EQ(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
  EXPECT_EQ(fold("ПРИВЕТ"), "привет");
  EXPECT_EQ(fold("\u212A"), "k");  // Kelvin sign
}

TEST(Fold, TurkishLettersStayApart) {
  EXPECT_EQ(fold("I"), "i");
  EXPECT_EQ(fold("ı"), "ı");
  EXPECT_NE(fold("İ"), fold("I"));
  EXPECT_EQ(fold("İ"), fold("i\u0307"));
}

TEST(Fold, CompatibilityFormsAndAccents) {
  EXPECT_EQ(fold("ＵＲＧＥＮＴ"), "urgent");
  EXPECT_EQ(fold("ｶﾅ"), "カナ");
  EXPECT_EQ(fold("na\u00EFve"), fold("nai\u0308ve"));
  EXPECT_EQ(fold("ur\u00ADgent"), "urgent");
  EXPECT_EQ(fold("한글"), "한글");
}

TEST(FoldedText, OffsetsLeadBackToTheOriginal) {
  const std::string text = "aß用x";
  const FoldedText folded(text);
  ASSERT_EQ(folded.bytes(), "ass用x");
  EXPECT_EQ(folded.original(1, 3), (Range{1, 3}));
  EXPECT_FALSE(folded.at_character(2));
  EXPECT_EQ(folded.original(3, 6), (Range{3, 6}));
  EXPECT_EQ(folded.original(6, 7), (Range{6, 7}));
}

TEST(WordEdges, LatinNeedsABoundary) {
  EXPECT_TRUE(whole_word("a class of", "class"));
  EXPECT_TRUE(whole_word("class", "class"));
  EXPECT_FALSE(whole_word("classification", "class"));
  EXPECT_FALSE(whole_word("subclass", "class"));
  EXPECT_FALSE(whole_word("snake_class", "class"));
  EXPECT_FALSE(whole_word("naïve", "na"));
  EXPECT_FALSE(whole_word("nai\u0308ve", "nai"));
  EXPECT_TRUE(whole_word("don't", "don"));
}

TEST(WordEdges, PunctuationEdgesNeedNone) {
  EXPECT_TRUE(whole_word("C++11", "C++"));
  EXPECT_TRUE(whole_word("ASP.NET", ".NET"));
  EXPECT_FALSE(whole_word("ABC++", "C++"));
}

TEST(WordEdges, UnspacedScriptsNeedNone) {
  EXPECT_TRUE(whole_word("我想写代码吗", "代码"));
  EXPECT_TRUE(whole_word("これはテストです", "テスト"));
  EXPECT_TRUE(whole_word("긴급해요", "긴급"));
  EXPECT_TRUE(whole_word("ผมต้องการความช่วยเหลือด่วน", "ช่วยเหลือ"));
  EXPECT_TRUE(whole_word("用Python写", "Python"));
  EXPECT_TRUE(whole_word("2024年", "2024"));
  EXPECT_FALSE(whole_word("用Pythonic写", "Python"));
}

TEST(WordEdges, ADigitOfAnotherScriptGoesOnWithTheWord) {
  EXPECT_FALSE(whole_word("class\u0663", "class"));  // Arabic-Indic
  EXPECT_FALSE(whole_word("\u096Aclass", "class"));  // Devanagari
  EXPECT_TRUE(whole_word("class\u0E53", "class"));   // Thai, written without spaces
}

TEST(WordEdges, IgnorableCharactersAreLookedThrough) {
  EXPECT_FALSE(whole_word("class\u00ADes", "class"));
  EXPECT_TRUE(whole_word("class\u200Bes", "class"));  // zero-width space
}

TEST(Words, RunsAndSingleUnspacedCharacters) {
  const std::string text = "Hello, wörld_2 用Python写";
  std::vector<std::string> found;
  for (const Range& r : words(text)) found.push_back(text.substr(r.begin, r.end - r.begin));
  EXPECT_EQ(found, (std::vector<std::string>{"Hello", "wörld_2", "用", "Python", "写"}));
  EXPECT_EQ(count_units(text), 5U);
  EXPECT_EQ(count_units("  ...  "), 0U);
}

}  // namespace
}  // namespace signalbox::text
