#include "text/bm25.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace signalbox::text {
namespace {

const std::shared_ptr<const Tokenizer>& tokenizer() {
  static const auto instance = std::make_shared<const Tokenizer>();
  return instance;
}

TEST(Tokenizer, WordsStemsAndDictionaryScripts) {
  using testing::ElementsAre;
  EXPECT_THAT(tokenizer()->terms("Running REPORTS, don't"), ElementsAre("run", "report", "don", "t"));
  EXPECT_THAT(tokenizer()->terms("我爱机器学习"), testing::Contains("学习"));
  EXPECT_THAT(tokenizer()->terms("ช่วยเหลือด่วน"), testing::Contains("ด่วน"));
  EXPECT_THAT(tokenizer()->terms("用Python写"), ElementsAre("用", "python", "写"));
  EXPECT_THAT(tokenizer()->terms(""), testing::IsEmpty());
}

TEST(Bm25, ScoreOfOneTermByHand) {
  const Bm25Index index(tokenizer(), {"urgent", "weather report"});
  const auto scores = index.scores("is this urgent");
  const double idf = std::log(1 + (2 - 1 + 0.5) / 1.5);
  const double length = 1 - 0.75 + 0.75 * 1 / 1.5;
  EXPECT_NEAR(scores[0], idf * 2.2 / (1 + 1.2 * length), 1e-12);
  EXPECT_EQ(scores[1], 0);
}

TEST(Bm25, RareTermsWeighMore) {
  const Bm25Index index(tokenizer(), {"code review", "code debug", "code test"});
  const auto scores = index.scores("please debug the code");
  EXPECT_GT(scores[1], 2 * scores[0]);
  EXPECT_GT(scores[0], 0);
}

TEST(Bm25, RepeatingATermAddsNothing) {
  const Bm25Index index(tokenizer(), {"urgent", "slow"});
  EXPECT_EQ(index.scores("urgent"), index.scores("urgent urgent URGENT"));
}

TEST(Bm25, InflectedAndUnspacedKeywords) {
  const Bm25Index index(tokenizer(), {"debugging", "机器学习", "ช่วยเหลือ"});
  EXPECT_GT(index.scores("he debugged it")[0], 0.1);
  EXPECT_GT(index.scores("请介绍机器学习的基础")[1], 0.1);
  EXPECT_GT(index.scores("โปรดช่วยเหลือผม")[2], 0.1);
}

TEST(Bm25, NoKeywords) {
  EXPECT_THAT(Bm25Index(tokenizer(), {}).scores("text"), testing::IsEmpty());
}

}  // namespace
}  // namespace signalbox::text
