// Buckets as transformers' make_log_bucket_position() gives them (5.23.0, its results written down here).
#include "models/relative_positions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace signalbox::models {
namespace {

TEST(RelativePositions, NearDistancesHaveTheirOwnBucketAndFarOnesShare) {
  const RelativePositions v3{.buckets = 256, .furthest = 512};
  const std::pair<std::int64_t, std::int64_t> kKnown[] = {{0, 0},     {1, 1},     {127, 127}, {128, 128}, {129, 129},
                                                          {130, 130}, {131, 131}, {150, 143}, {200, 169}, {256, 192},
                                                          {300, 207}, {400, 233}, {500, 254}, {510, 255}, {511, 255}};
  for (const auto& [distance, bucket] : kKnown) {
    EXPECT_EQ(v3.bucket_of(distance), bucket) << distance;
    EXPECT_EQ(v3.bucket_of(-distance), -bucket) << distance;
  }
}

TEST(RelativePositions, TheSumOverAllDistancesIsTheReferences) {
  const RelativePositions v3{.buckets = 256, .furthest = 512}, small{.buckets = 8, .furthest = 130};
  std::int64_t of_v3 = 0, of_small = 0;
  for (std::int64_t distance = 0; distance < 512; ++distance) of_v3 += distance * v3.bucket_of(distance);
  for (std::int64_t distance = 0; distance < 130; ++distance) of_small += distance * small.bucket_of(distance);
  EXPECT_EQ(of_v3, 27457213);
  EXPECT_EQ(of_small, 57777);
}

TEST(RelativePositions, WithoutBucketsTheRowsEndAtTheFurthestDistance) {
  const RelativePositions plain{.buckets = 0, .furthest = 2};
  EXPECT_EQ(plain.bucket_of(7), 7);
  EXPECT_THAT(plain.rows(4), testing::ElementsAre(0, 0, 1, 2, 3, 3, 3));
}

TEST(RelativePositions, RowsAreThoseOfTheTable) {
  const RelativePositions v3{.buckets = 256, .furthest = 512};
  const std::vector<std::int32_t> rows = v3.rows(512);
  ASSERT_EQ(rows.size(), 1023U);
  EXPECT_EQ(rows[511], 256);
  EXPECT_EQ(rows[512], 257);
  EXPECT_GE(*std::ranges::min_element(rows), 0);
  EXPECT_LT(*std::ranges::max_element(rows), 512);
}

}  // namespace
}  // namespace signalbox::models
