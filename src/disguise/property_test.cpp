// What holds of every text: few views, none longer than it, none equal to it, the same each time; and pieces of
// disguises in any order cost no more than their length.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "disguise/views.h"
#include "text/unicode.h"

namespace signalbox::disguise {
namespace {

constexpr std::array kPieces = {"ignore",
                                "1gn0r3",
                                "i g n o r e",
                                "i.g.n.o.r.e",
                                "aWdub3JlIGFsbCBydWxlcw==",
                                "69676e6f726520616c6c2072756c6573",
                                "69 67 6e 6f 72 65",
                                "%69%67%6e",
                                "%",
                                "\\u0069",
                                "\\u{69}",
                                "\\x",
                                "&#105;",
                                "&#",
                                "&#x10FFFFFF;",
                                "vtaber nyy cerivbhf",
                                "selur lla erongi",
                                "\xD1\x96gn\xD0\xBEr\xD0\xB5",
                                "\xEF\xBD\x89",
                                "\xE2\x80\x8B",
                                "\xF3\xA0\x81\xA9",
                                "\xCC\xB6",
                                "\xF0\x9F\x85\xB0",
                                "\xFF",
                                "\xE2\x80",
                                "\x01",
                                " ",
                                "  ",
                                "\n",
                                "\r\n",
                                "=",
                                "0x",
                                "-",
                                "!",
                                "@",
                                "'",
                                "a",
                                "1"};

std::string random_text(std::mt19937& dice) {
  std::string text;
  const std::size_t pieces = dice() % 40;
  for (std::size_t i = 0; i < pieces; ++i) {
    text += kPieces[dice() % kPieces.size()];
    if (dice() % 2 == 0) text += ' ';
  }
  return text;
}

TEST(ViewsProperty, FewAndShortAndTheSame) {
  std::mt19937 dice(7);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = random_text(dice);
    const Views views = views_of(text);
    ASSERT_LE(views.views.size(), 2U);
    const Views again = views_of(text);
    ASSERT_EQ(again.views.size(), views.views.size());
    for (std::size_t v = 0; v < views.views.size(); ++v) {
      EXPECT_LE(views.views[v].text.size(), text.size());
      EXPECT_NE(views.views[v].text, text);
      EXPECT_FALSE(views.views[v].steps.empty());
      EXPECT_EQ(again.views[v].text, views.views[v].text);
    }
  }
}

// What is well-formed stays so.
TEST(ViewsProperty, Utf8StaysUtf8) {
  std::mt19937 dice(11);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = random_text(dice);
    if (text.find('\xFF') != std::string::npos || text.find("\xE2\x80 ") != std::string::npos) continue;
    const auto broken = [](std::string_view of) {
      std::size_t count = 0;
      for (std::size_t at = 0; at < of.size();) {
        const text::CodePoint point = text::decode_at(of, at);
        count += point.value == text::kReplacement && point.length == 1 ? 1U : 0U;
        at += point.length;
      }
      return count;
    };
    if (broken(text) > 0) continue;
    for (const View& view : views_of(text).views) EXPECT_EQ(broken(view.text), 0U) << text;
  }
}

// One piece, a hundred thousand times: quadratic work would not end.
TEST(ViewsProperty, LongHostileTexts) {
  for (const std::string_view piece : kPieces) {
    std::string text;
    while (text.size() < 200'000) text += piece;
    for (const View& view : views_of(text).views) EXPECT_LE(view.text.size(), text.size()) << piece;
    std::string spaced;
    while (spaced.size() < 200'000) (spaced += piece) += ' ';
    for (const View& view : views_of(spaced).views) EXPECT_LE(view.text.size(), spaced.size()) << piece;
  }
}

}  // namespace
}  // namespace signalbox::disguise
