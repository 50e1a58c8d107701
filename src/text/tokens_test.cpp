#include "text/tokens.h"

#include <gtest/gtest.h>

#include <string>

namespace signalbox::text {
namespace {

std::string lines(std::string_view line, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out.append(line).append("\n");
  return out;
}

// Texts that were not in the fit, with the number of tokens o200k_base makes of them.
struct Counted {
  const char* name;
  std::int64_t tokens;
  const char* text;
};

const Counted kCounted[] = {
    {"english", 74,
     R"(The router reads the signals in a request and sets the route: which model answers, under which policy. It should never guess when a signal could not be judged, and it should say why it chose what it chose. Most requests are short, but some carry a long history of tool calls and their results, so the estimate has to be quick and fair on both.)"},
    {"python", 79, R"(def find_all(patterns, text, limit=64):
    """Return every match of each pattern, leftmost first."""
    matches = []
    for index, pattern in enumerate(patterns):
        for match in pattern.finditer(text):
            if len(matches) >= limit:
                return matches, True
            matches.append((index, match.start(), match.end()))
    return matches, False)"},
    {"chinese", 58,
     R"(路由器读取请求中的信号，然后决定由哪个模型来回答。大多数请求很短，但有些请求带有很长的工具调用历史，因此估算必须既快速又公平。如果一个信号无法判断，系统绝不能猜测，而应该说明原因。)"},
    {"russian", 58,
     R"(Маршрутизатор читает сигналы запроса и решает, какая модель ответит и по какому правилу. Большинство запросов короткие, но некоторые содержат длинную историю вызовов инструментов, поэтому оценка должна быть быстрой и честной.)"},
    {"arabic", 60,
     R"(يقرأ الموجه الإشارات الموجودة في الطلب ثم يقرر أي نموذج سيجيب ووفق أي سياسة. معظم الطلبات قصيرة، لكن بعضها يحمل تاريخا طويلا من استدعاءات الأدوات ونتائجها، لذلك يجب أن يكون التقدير سريعا وعادلا.)"},
};

TEST(TokenEstimator, NearARealTokenizer) {
  const TokenEstimator estimator;
  for (const Counted& row : kCounted) {
    const double ratio = static_cast<double>(estimator.estimate(row.text)) / static_cast<double>(row.tokens);
    EXPECT_GT(ratio, 0.8) << row.name;
    EXPECT_LT(ratio, 1.25) << row.name;
  }
}

TEST(TokenEstimator, LongContextsPassSixteenThousand) {
  const TokenEstimator estimator;
  for (const char* line : {"Background architecture context that must be summarized without multi-model fan-out.",
                           "Contexte technique détaillé à résumer directement sans orchestration parallèle."}) {
    EXPECT_GT(estimator.estimate(lines(line, 2600)), 30000);
    EXPECT_LT(estimator.estimate(lines(line, 2600)), 60000);
  }
}

TEST(TokenEstimator, SmallAndOdd) {
  const TokenEstimator estimator;
  EXPECT_EQ(estimator.estimate(""), 0);
  EXPECT_EQ(estimator.estimate("a"), 1);
  EXPECT_EQ(estimator.estimate(" "), 1);
  EXPECT_GE(estimator.estimate(std::string(300, '\xff')), 1);
  EXPECT_GE(estimator.estimate("👍👍👍👍"), 4);
  EXPECT_GE(estimator.estimate("გამარჯობა მეგობარო"), 4);
}

TEST(TokenEstimator, GrowsWithTheText) {
  const TokenEstimator estimator;
  std::string text;
  std::int64_t before = 0;
  for (int i = 0; i < 50; ++i) {
    text += "A few words, 42 numbers и ещё слова 漢字. ";
    EXPECT_GT(estimator.estimate(text), before);
    before = estimator.estimate(text);
  }
}

}  // namespace
}  // namespace signalbox::text
