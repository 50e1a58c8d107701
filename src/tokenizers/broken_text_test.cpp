#include "tokenizers/broken_text.h"

#include <gtest/gtest.h>

namespace signalbox::tokenizers {
namespace {

TEST(BrokenText, LeavesGoodTextAlone) {
  BrokenText broken;
  const std::string_view text = "aé中😀";
  EXPECT_EQ(broken.repair(text).data(), text.data());
  EXPECT_FALSE(broken.repaired());
}

// One replacement for each maximal part, as Python and Rust have it.
TEST(BrokenText, ReplacesMaximalParts) {
  struct Case {
    std::string_view bytes;
    std::string_view repaired;
  };
  constexpr Case kCases[] = {
      {"\xFF", "\uFFFD"},
      {"a\xE2\x82z", "a\uFFFDz"},
      {"\xF0\x9F\x98", "\uFFFD"},
      {"\xC0\xAF", "\uFFFD\uFFFD"},
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"\xE2\x82\xE2\x82\xAC", "\uFFFD€"},
  };
  for (const Case& c : kCases) {
    BrokenText broken;
    EXPECT_EQ(broken.repair(c.bytes), c.repaired);
    EXPECT_TRUE(broken.repaired());
  }
}

TEST(BrokenText, KnowsTheWayBack) {
  BrokenText broken;
  ASSERT_EQ(broken.repair("a\xE2\x82z\xFF"), "a\uFFFDz\uFFFD");
  EXPECT_EQ(broken.original({0, 1}), (Span{0, 1}));
  EXPECT_EQ(broken.original({1, 4}), (Span{1, 3}));
  EXPECT_EQ(broken.original({4, 5}), (Span{3, 4}));
  EXPECT_EQ(broken.original({5, 8}), (Span{4, 5}));
}

}  // namespace
}  // namespace signalbox::tokenizers
