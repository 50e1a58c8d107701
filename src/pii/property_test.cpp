// What holds of every text: spans lie in it, ascend, do not overlap, are found again, also in the middle of another
// text; and no text, however made, costs more than its length.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include "pii/pii.h"

namespace signalbox::pii {
namespace {

constexpr std::array kPieces = {"a@b.de",
                                "+49 30 901820",
                                "4111 1111 1111 1111",
                                "DE89 3704 0044 0532 0130 00",
                                "460-89-9847",
                                "SSN",
                                "phone",
                                "card",
                                "10.1.2.3",
                                "fe80::1ff:fe23:4567",
                                "12 Main Street",
                                "Apt. 5",
                                "born",
                                "6/24/1991",
                                "://",
                                "password=",
                                "x1y2z3!a",
                                "-----BEGIN",
                                "eyJ",
                                "<<",
                                "\xC3\xA9",
                                "\xE4\xBD\xA0",
                                "\xFF",
                                "2341 2341 2346",
                                "AB123456C",
                                "0",
                                "9",
                                "-",
                                ".",
                                " ",
                                "\n",
                                ":",
                                "(",
                                ")",
                                "/"};

std::string text_of(std::mt19937& random) {
  std::string text;
  const auto pieces = 1 + random() % 24;
  for (std::size_t i = 0; i < pieces; ++i) {
    text += kPieces[random() % kPieces.size()];
    if (random() % 2 == 0) text += ' ';
  }
  return text;
}

TEST(PiiProperty, SpansLieInTheTextAscendAndDoNotOverlap) {
  std::mt19937 random(20261123);
  for (int i = 0; i < 4000; ++i) {
    const std::string text = text_of(random);
    const auto spans = find(text, {}).spans;
    std::size_t end = 0;
    for (const Span& span : spans) {
      EXPECT_GE(span.begin, end) << text;
      EXPECT_LT(span.begin, span.end) << text;
      EXPECT_GE(span.score, 0.5) << text;
      EXPECT_LE(span.score, 1) << text;
      EXPECT_FALSE(span.validator.empty());
      end = span.end;
    }
    EXPECT_LE(end, text.size()) << text;
    EXPECT_EQ(spans, find(text, {}).spans) << text;
  }
}

// Blank lines of prose around change nothing: whatever looks around a number looks no further than a line and 80 bytes.
TEST(PiiProperty, FoundAgainWithinAnotherText) {
  const std::string around = "\n\n" + std::string(100, '~') + "\n\n";
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    const std::string text = text_of(random);
    auto alone = find(text, {}).spans;
    for (Span& span : alone) {
      span.begin += around.size();
      span.end += around.size();
    }
    EXPECT_EQ(find(around + text + around, {}).spans, alone) << text;
  }
}

// Each wish for types sees what it would see without the others, as far as they do not overlap.
TEST(PiiProperty, TypesAreFoundIndependently) {
  std::mt19937 random(11);
  for (int i = 0; i < 500; ++i) {
    const std::string text = text_of(random);
    const Found all = candidates(text, {});
    for (std::size_t type = 0; type < kTypes; ++type) {
      Options one;
      one.types = TypeSet().set(type);
      EXPECT_EQ(find(text, one).spans, merge(all.spans, one.types, one.min_score)) << text;
    }
  }
}

// Would take minutes each if anything were quadratic.
TEST(PiiProperty, HostileTextsAreReadOnce) {
  for (const std::string_view unit : {"1 ",          "1",
                                      "a",           "@",
                                      "a@",          "a.",
                                      "1.",          "1-",
                                      "(1",          "<",
                                      "A<",          ":",
                                      "a:",          "://",
                                      "=",           "password=",
                                      "-----BEGIN ", "-----BEGIN PRIVATE KEY-----",
                                      "eyJ",         "eyJ.",
                                      "Bearer ",     "sk-",
                                      "DE89 ",       "1a",
                                      "ab:",         "12 A ",
                                      "Apt. 1 ",     "\xE4\xBD\xA0",
                                      "phone 1 ",    "+1 ",
                                      "4111 ",       "0x",
                                      "\xFF",        "\n",
                                      "st 1 "}) {
    std::string text;
    while (text.size() < (std::size_t{1} << 20)) text += unit;
    const Found found = find(text, {});
    EXPECT_LE(found.spans.size(), Options().max_spans) << unit;
  }
}

}  // namespace
}  // namespace signalbox::pii
