#include "vision/second_reading.h"

#include <gtest/gtest.h>

namespace signalbox::vision {
namespace {

TEST(SecondReading, ZonesAreSeenThroughMisreadings) {
  EXPECT_TRUE(looks_like_mrz("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"));
  EXPECT_TRUE(looks_like_mrz("P<UTOERLKSSON<<ANNA<MARI A<<<<<<<<<<<<<<<<c<c<c<"));
  EXPECT_TRUE(looks_like_mrz("L898902C36UT07408122F3204153ZE184226B<<<<<16"));
  EXPECT_TRUE(looks_like_mrz("P\u00abUTOERIKSSON\u00ab\u00abANNA\u00abMARIA\u00ab\u00ab\u00ab"));
}

TEST(SecondReading, OrdinaryLinesAreNoZones) {
  EXPECT_FALSE(looks_like_mrz("std::vector<int> values; if (a < b) return;"));
  EXPECT_FALSE(looks_like_mrz("THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG"));
  EXPECT_FALSE(looks_like_mrz("A < B"));
  EXPECT_FALSE(looks_like_mrz(""));
}

TEST(SecondReading, KeysAreDense) {
  EXPECT_TRUE(holds_dense_word("7 AWS ACCESS KEY_ID = \"AKTAZ/7Q3MTN5XW4RIVHE\""));
  EXPECT_TRUE(holds_dense_word("ghp_0a1b2c3d4e5f6g7h8i9j"));
  EXPECT_TRUE(holds_dense_word("ABCDEFGHIJKLMNOP"));
}

TEST(SecondReading, WordsAreNot) {
  EXPECT_FALSE(holds_dense_word("with great responsibilities, internationalisation"));
  EXPECT_FALSE(holds_dense_word("short A1 B2 C3 D4 E5 F6 G7 H8"));
  EXPECT_FALSE(holds_dense_word("  "));
}

TEST(SecondReading, ZonesHaveNoBlanks) {
  const ReadLine zone =
      without_blanks({.words = {{"P<UTO", 0.9F}, {"ERIKSSON", 0.5F}, {"<<", 0.8F}}, .box = {1, 2, 3, 4}});
  ASSERT_EQ(zone.words.size(), 1U);
  EXPECT_EQ(zone.words[0].text, "P<UTOERIKSSON<<");
  EXPECT_EQ(zone.words[0].confidence, 0.5F);
  EXPECT_EQ(zone.box, (evidence::Box{1, 2, 3, 4}));
}

}  // namespace
}  // namespace signalbox::vision
