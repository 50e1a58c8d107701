#include "models/embed_windows.h"

#include <gtest/gtest.h>

#include "models/fake_embedder.h"

namespace signalbox::models {
namespace {

std::string words(int count, const std::string& word = "word ") {
  std::string text;
  for (int i = 0; i < count; ++i) text += word;
  return text;
}

class EmbedWindows : public testing::Test {
 protected:
  EmbedWindows() { model_.info_.max_tokens = 10; }  // 8 words

  std::expected<WindowedText, EmbedError> read(std::string_view text, std::size_t limit = kMaxWindows) {
    return embed_windows(text, [&](std::string_view window) { return model_.embed(window, {}); }, limit);
  }

  FakeEmbedder model_;
};

TEST_F(EmbedWindows, ATextThatFitsIsOneWindow) {
  const std::string text = words(8);
  const auto result = read(text);
  ASSERT_EQ(result->windows.size(), 1U);
  EXPECT_EQ(result->windows[0].begin, 0U);
  EXPECT_EQ(result->windows[0].end, text.size());
  EXPECT_EQ(result->tokens, 10U);
  EXPECT_EQ(result->covered_tokens, 10U);
  EXPECT_EQ(model_.passes(), 1U);
}

TEST_F(EmbedWindows, ALongTextIsCoveredWithoutGap) {
  const std::string text = words(100);
  const auto result = read(text);
  std::size_t seen = 0;
  for (const EmbeddedWindow& window : result->windows) {
    EXPECT_LE(window.begin, seen);
    // The first is the text as far as the model read it; the others must have been read whole.
    EXPECT_EQ(window.embedding->truncated(), window.begin == 0);
    seen = window.end;
  }
  EXPECT_EQ(seen, text.size());
  EXPECT_EQ(result->covered_tokens, result->tokens);
  EXPECT_EQ(result->tokens, 102U);
}

// A request's similarity rules ask for the text itself: its vector is the first window of those who read all of it.
TEST_F(EmbedWindows, TheBeginningThatWasReadIsTheFirstWindow) {
  const std::string text = words(20);
  const auto result = read(text);
  EXPECT_EQ(result->windows.front().begin, 0U);
  EXPECT_EQ(result->windows.front().end, std::string_view("word ").size() * 8 - 1);  // to the end of the eighth word
  EXPECT_LT(result->windows[1].begin, result->windows.front().end);
  EXPECT_EQ(model_.passes(), result->windows.size());
}

// The second half has four times the words to the byte.
TEST_F(EmbedWindows, ADensePartIsReadInSmallerWindows) {
  const std::string text = words(30, "longword ") + words(60, "a ");
  const auto result = read(text);
  for (const EmbeddedWindow& window : result->windows) EXPECT_EQ(window.embedding->truncated(), window.begin == 0);
  EXPECT_EQ(result->covered_tokens, result->tokens);
  EXPECT_GT(result->windows[1].end - result->windows[1].begin,
            result->windows.back().end - result->windows.back().begin);
}

TEST_F(EmbedWindows, BeyondTheLimitTheWindowsAreSpreadAndTheRestIsSaid) {
  const std::string text = words(1000);
  const auto result = read(text, 4);
  ASSERT_EQ(result->windows.size(), 4U);
  EXPECT_EQ(result->windows.front().begin, 0U);
  EXPECT_EQ(result->windows.back().end, text.size());
  EXPECT_LT(result->covered_tokens, result->tokens);
  EXPECT_EQ(read(text, 0)->covered_tokens, 1002U);
}

TEST_F(EmbedWindows, TheFirstErrorEndsIt) {
  model_.on_embed = [&](std::string_view text, const EmbedOptions&) {
    if (text.size() < 100) model_.error = EmbedError{EmbedError::Kind::timeout, "late"};
  };
  const auto result = read(words(100));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, EmbedError::Kind::timeout);
}

}  // namespace
}  // namespace signalbox::models
