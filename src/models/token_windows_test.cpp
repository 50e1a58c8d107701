// Windows cover the text, overlap as asked, and end where the text does.
#include "models/token_windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signalbox::models {
namespace {

using testing::ElementsAre;

TEST(TokenWindows, AShortTextIsOneWindow) {
  EXPECT_THAT(token_windows(0, 10, 4, 8), ElementsAre(TokenRange{0, 0}));
  EXPECT_THAT(token_windows(10, 10, 4, 8), ElementsAre(TokenRange{0, 10}));
}

TEST(TokenWindows, NeighboursShareTheOverlapAndTheLastEndsWithTheText) {
  EXPECT_THAT(token_windows(11, 10, 4, 8), ElementsAre(TokenRange{0, 10}, TokenRange{1, 11}));
  EXPECT_THAT(token_windows(22, 10, 4, 8), ElementsAre(TokenRange{0, 10}, TokenRange{6, 16}, TokenRange{12, 22}));
  EXPECT_THAT(token_windows(23, 10, 4, 8),
              ElementsAre(TokenRange{0, 10}, TokenRange{6, 16}, TokenRange{12, 22}, TokenRange{13, 23}));
}

TEST(TokenWindows, EveryTokenIsCoveredWithinTheLimitAndNeighboursOverlap) {
  for (std::size_t tokens = 1; tokens < 200; ++tokens) {
    const std::vector<TokenRange> windows = token_windows(tokens, 10, 3, 1000);
    EXPECT_EQ(covered(windows), tokens);
    for (std::size_t i = 1; i < windows.size(); ++i) {
      EXPECT_LT(windows[i - 1].begin, windows[i].begin);
      EXPECT_GE(windows[i - 1].end, windows[i].begin + 3) << tokens;
    }
  }
}

TEST(TokenWindows, BeyondTheLimitTheMiddleIsMissing) {
  const std::vector<TokenRange> windows = token_windows(100, 10, 4, 3);
  EXPECT_THAT(windows, ElementsAre(TokenRange{0, 10}, TokenRange{6, 16}, TokenRange{90, 100}));
  EXPECT_EQ(covered(windows), 26U);
  EXPECT_THAT(token_windows(100, 10, 4, 1), ElementsAre(TokenRange{90, 100}));
}

TEST(TokenWindows, AnOverlapAsLongAsTheWindowStillMovesOn) {
  EXPECT_EQ(token_windows(12, 10, 10, 100).size(), 3U);
  EXPECT_EQ(token_windows(12, 1, 64, 100).size(), 12U);
}

TEST(TokenWindows, TheEndsOfTheTextAreNoCuts) {
  EXPECT_EQ(distance_from_cut({0, 10}, 2, 30), 7U);
  EXPECT_EQ(distance_from_cut({6, 16}, 8, 30), 2U);
  EXPECT_EQ(distance_from_cut({20, 30}, 29, 30), 9U);
  EXPECT_GT(distance_from_cut({0, 10}, 9, 10), 1'000'000U);
}

}  // namespace
}  // namespace signalbox::models
