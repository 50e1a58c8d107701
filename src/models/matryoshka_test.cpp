#include "models/matryoshka.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signalbox::models {
namespace {

TEST(Matryoshka, ACutVectorHasLengthOne) {
  const std::vector<float> vector{0.36F, 0.48F, 0.8F};  // 0.6 of its length is in front
  EXPECT_THAT(cut_to(vector, 2),
              testing::ElementsAre(testing::FloatNear(0.6F, 1e-6F), testing::FloatNear(0.8F, 1e-6F)));
}

TEST(Matryoshka, AWholeVectorIsLeftAlone) {
  const std::vector<float> vector{0.1F, 0.2F};  // not of length 1, on purpose
  EXPECT_EQ(cut_to(vector, 2), vector);
  EXPECT_EQ(cut_to(vector, 9), vector);
}

TEST(Matryoshka, ZerosStayZeros) {
  EXPECT_EQ(cut_to(std::vector<float>{0, 0, 1}, 2), (std::vector<float>{0, 0}));
}

TEST(Matryoshka, OnlyDimensionsThatAModelWasTrainedForExist) {
  ModelInfo model;
  model.dimension = 768;
  model.shorter_dimensions = {512, 256};
  EXPECT_TRUE(has_dimension(model, 768));
  EXPECT_TRUE(has_dimension(model, 256));
  EXPECT_FALSE(has_dimension(model, 300));
  EXPECT_EQ(dimensions_text(model), "768, 512, 256");
}

}  // namespace
}  // namespace signalbox::models
