#include "protocol/text_edits.h"

#include <gtest/gtest.h>

namespace signalbox::protocol {
namespace {

// The literal with every place of `what` in the text replaced.
std::string replaced(std::string_view literal, std::vector<TextEdit> edits) {
  const std::string body = "[" + std::string(literal) + "]";
  std::string out = apply_edits(body, in_literal(body, {1, body.size() - 1}, edits));
  return out.substr(1, out.size() - 2);
}

TEST(TextEdits, KeepTheSpellingOfAllElse) {
  EXPECT_EQ(replaced(R"("ab cd")", {{{1, 3}, "X"}}), R"("aXcd")");
  EXPECT_EQ(replaced(R"("\u0061\/b\ncd\"")", {{{2, 3}, "X"}}), R"("\u0061\/X\ncd\"")");
  EXPECT_EQ(replaced(R"("bob\u0040x.com \u00e9")", {{{0, 9}, "[E_1]"}}), R"("[E_1] \u00e9")");
}

TEST(TextEdits, CountSurrogatePairsAndPlainCharacters) {
  EXPECT_EQ(replaced(R"("\ud83d\ude00ab\u20acc")", {{{4, 5}, "X"}, {{9, 10}, "Y"}}), R"("\ud83d\ude00Xb\u20acY")");
  EXPECT_EQ(replaced("\"\xF0\x9F\x98\x80"
                     "ab\xC3\xA9"
                     "c\"",
                     {{{4, 6}, "X"}, {{8, 9}, "Y"}}),
            "\"\xF0\x9F\x98\x80X\xC3\xA9Y\"");
}

TEST(TextEdits, EscapeWhatIsPutIn) {
  EXPECT_EQ(replaced(R"("abc")", {{{1, 2}, "\"\n"}}), R"("a\"\nc")");
}

TEST(TextEdits, ACutCharacterGoesWhole) {
  EXPECT_EQ(replaced(R"("a\u00e9b")", {{{0, 2}, "X"}}), R"("Xb")");
  EXPECT_EQ(replaced(R"("a\u00e9b")", {{{2, 4}, "X"}}), R"("aX")");
  EXPECT_EQ(replaced(R"("a\u00e9b")", {{{0, 2}, "X"}, {{2, 3}, "Y"}}), R"("Xb")");
}

}  // namespace
}  // namespace signalbox::protocol
