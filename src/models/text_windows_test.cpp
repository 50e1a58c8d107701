#include "models/text_windows.h"

#include <gtest/gtest.h>

#include <string>

namespace signalbox::models {
namespace {

// Every byte is in some window, in order, and no window begins or ends inside a character.
void expect_whole(std::string_view text, const std::vector<std::string_view>& windows) {
  std::size_t seen = 0;
  for (const std::string_view window : windows) {
    const auto from = static_cast<std::size_t>(window.data() - text.data());
    ASSERT_LE(from, seen);
    ASSERT_GE(from + window.size(), seen);
    EXPECT_NE(static_cast<unsigned char>(window.front()) & 0xC0U, 0x80U);
    seen = from + window.size();
    if (seen < text.size()) {
      EXPECT_NE(static_cast<unsigned char>(text[seen]) & 0xC0U, 0x80U);
    }
  }
  EXPECT_EQ(seen, text.size());
}

TEST(TextWindows, TogetherTheyAreTheText) {
  const std::string ascii(1000, 'x');
  std::string mixed;
  for (int i = 0; i < 300; ++i) mixed += i % 3 == 0 ? "é" : i % 3 == 1 ? "漢" : "🎉";
  for (const std::string& text : {ascii, mixed}) {
    for (const std::size_t count : {1UL, 2UL, 3UL, 7UL, 64UL, 999UL, 5000UL})
      expect_whole(text, windows_of(text, count));
  }
}

TEST(TextWindows, TheyOverlapByAnEighth) {
  const std::string text(800, 'x');
  const auto windows = windows_of(text, 2);
  ASSERT_EQ(windows.size(), 2U);
  EXPECT_EQ(windows[0].size(), 400U);
  EXPECT_EQ(windows[1].size(), 450U);
}

TEST(TextWindows, AShortTextHasNoMoreWindowsThanBytes) {
  EXPECT_TRUE(windows_of("", 3).empty());
  EXPECT_EQ(windows_of("ab", 9).size(), 2U);
  EXPECT_EQ(windows_of("é", 2).size(), 1U);
  EXPECT_EQ(windows_of("\x80\x80\x80", 2).back().size() + windows_of("\x80\x80\x80", 2).size(), 4U);  // broken UTF-8
}

}  // namespace
}  // namespace signalbox::models
