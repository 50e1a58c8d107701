#include "probes/judge_selection.h"

#include <gmock/gmock.h>

namespace signalbox::probes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(JudgeSelection, StaticSelectsOneOfTheRecommended) {
  EXPECT_THAT(judge_selection({"static", "selected", "a", {"a", "b"}}, "static"), IsEmpty());
  EXPECT_THAT(judge_selection({"single", "selected", "a", {"a"}}, "static"), IsEmpty());
  EXPECT_THAT(judge_selection({"single", "selected", "a", {"a", "b"}}, "static"),
              ElementsAre(HasSubstr("selection_method")));
  EXPECT_THAT(judge_selection({"static", "selected", "c", {"a", "b"}}, "static"),
              ElementsAre(HasSubstr("is not among")));
  EXPECT_THAT(judge_selection({"static", "selected", "", {"a"}}, "static"), ElementsAre(HasSubstr("names no model")));
  EXPECT_THAT(judge_selection({"static", "fallback", "a", {"a"}}, "static"),
              ElementsAre(HasSubstr("selection_status")));
}

TEST(JudgeSelection, SeveralModelsArePlannedOrLeftToExecution) {
  for (const char* algorithm : {"workflows", "fusion", "remom"}) {
    EXPECT_THAT(judge_selection({algorithm, "execution_required", "", {"a", "b"}}, algorithm), IsEmpty());
    EXPECT_THAT(judge_selection({algorithm, "planned_final", "judge", {"a", "b"}}, algorithm), IsEmpty());
    EXPECT_THAT(judge_selection({algorithm, "planned_final", "", {"a"}}, algorithm),
                ElementsAre(HasSubstr("no model")));
    EXPECT_THAT(judge_selection({algorithm, "selected", "a", {"a"}}, algorithm),
                ElementsAre(HasSubstr("selection_status")));
    EXPECT_THAT(judge_selection({algorithm, "execution_required", "a", {"a"}}, algorithm),
                ElementsAre(HasSubstr("execution_required names")));
  }
}

TEST(JudgeSelection, ConfidenceIsAlwaysExecuted) {
  EXPECT_THAT(judge_selection({"confidence", "execution_required", "", {"a"}}, "confidence"), IsEmpty());
  EXPECT_THAT(judge_selection({"confidence", "selected", "a", {"a"}}, "confidence"),
              ElementsAre(HasSubstr("selection_status")));
}

}  // namespace
}  // namespace signalbox::probes
