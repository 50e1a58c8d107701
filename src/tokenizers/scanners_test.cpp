// Each scanner against ICU's matcher with the same expression, on random text of the characters that matter.
#include "tokenizers/scanners.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tokenizers/pattern.h"

namespace signalbox::tokenizers {
namespace {

constexpr std::string_view kExpressions[] = {
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
    R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    R"(<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+)",
};

std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> kParts = {"a",
                                                  "b",
                                                  "S",
                                                  "T",
                                                  "lL",
                                                  "é",
                                                  "中",
                                                  "ʰ",
                                                  "ǅ",
                                                  "\xCC\x81",
                                                  "1",
                                                  "٣",
                                                  "½",
                                                  " ",
                                                  "  ",
                                                  "\t",
                                                  "\n",
                                                  "\r\n",
                                                  "\xC2\xA0",
                                                  "\xE3\x80\x80",
                                                  "'",
                                                  "'s",
                                                  "'S",
                                                  "'\xC5\xBF",
                                                  "'re",
                                                  "'VE",
                                                  "'l",
                                                  "'ll",
                                                  "!",
                                                  "/",
                                                  "_",
                                                  "\xF0\x9F\x98\x80",
                                                  "<|endoftext|>",
                                                  "<|",
                                                  "\x01",
                                                  "ß"};
  std::string out;
  for (unsigned i = 1 + random() % 12; i > 0; --i) out += kParts[random() % kParts.size()];
  return out;
}

class ScannerTest : public testing::TestWithParam<std::string_view> {};

TEST_P(ScannerTest, MatchesWhatTheExpressionMatches) {
  ASSERT_NE(find_scanner(GetParam()), nullptr);
  const PatternPtr scanned = make_regex(GetParam(), "");
  const PatternPtr matched = make_regex("(?:" + std::string(GetParam()) + ")", "");  // not a known text, so ICU's
  std::mt19937 random(1);
  std::vector<Span> a;
  std::vector<Span> b;
  for (int i = 0; i < 3000; ++i) {
    const std::string text = random_text(random);
    a.clear();
    b.clear();
    scanned->find_all(text, a);
    matched->find_all(text, b);
    ASSERT_EQ(a, b) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Known, ScannerTest, testing::ValuesIn(kExpressions));

TEST(Scanners, OtherExpressionsAreUnknown) {
  EXPECT_EQ(find_scanner(R"(\w+)"), nullptr);
  EXPECT_TRUE(matches_everything(find_scanner(kExpressions[0])));
  EXPECT_FALSE(matches_everything(find_scanner(kExpressions[5])));
}

// A pattern that explodes on such text is given up, and what it has not matched stays.
TEST(Pattern, GivesUpOnAnExplosion) {
  const PatternPtr pattern = make_regex("(?:a+)+b", "");
  std::vector<Span> out;
  pattern->find_all(std::string(200, 'a'), out);
  EXPECT_TRUE(out.empty());
}

TEST(Pattern, ClassesAreUnicodes) {
  const PatternPtr pattern = make_regex(R"(\s+|[^\s\w]+)", "");
  std::vector<Span> out;
  pattern->find_all("a\xC2\x85\xC2\xA0z!?\xE0\xA5\x80",
                    out);  // next line, no-break space; a vowel sign is a word character
  EXPECT_EQ(out, (std::vector<Span>{{1, 5}, {6, 8}}));
}

}  // namespace
}  // namespace signalbox::tokenizers
