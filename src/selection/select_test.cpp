#include "selection/select.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "selection/algorithm.h"

namespace signalbox::selection {
namespace {

TEST(Select, OneCandidateIsSingle) {
  for (const Selection& s : {select_for_serving("", 1), select_for_eval("static", 1)}) {
    EXPECT_TRUE(s.chosen);
    EXPECT_EQ(s.candidate, 0U);
    EXPECT_EQ(s.method, "single");
    EXPECT_EQ(s.status, "selected");
  }
}

TEST(Select, TheFirstOfSeveralIsStatic) {
  EXPECT_EQ(select_for_serving("", 3).method, "static");
  EXPECT_EQ(select_for_eval("static", 3).method, "static");
  EXPECT_EQ(select_for_serving("", 3).candidate, 0U);
}

TEST(Select, WithoutCandidatesNothingIsChosen) {
  for (const Selection& s : {select_for_serving("", 0), select_for_eval("", 0), select_for_serving("knn", 0)}) {
    EXPECT_FALSE(s.chosen);
    EXPECT_EQ(s.status, "unavailable");
  }
}

TEST(Select, AnAlgorithmThatDoesNotRunFallsBackAndSaysSo) {
  const Selection serving = select_for_serving("knn", 2);
  EXPECT_TRUE(serving.chosen);
  EXPECT_EQ(serving.status, "fallback");
  EXPECT_NE(serving.reason.find("knn"), std::string::npos);
  const Selection eval = select_for_eval("knn", 2);
  EXPECT_FALSE(eval.chosen);
  EXPECT_EQ(eval.status, "execution_required");
  EXPECT_EQ(eval.method, "knn");
}

TEST(Algorithms, EveryBlockHasAShapeThatParses) {
  for (const AlgorithmInfo& info : algorithms()) {
    config::Document document;
    config::Diagnostics diagnostics(&document);
    const std::string yaml = "type: " + std::string(info.name) + "\n" + std::string(info.name) + ": {no_such_key: 1}\n";
    config::load_files({"a"}, config::process_environment(), {}, document, diagnostics,
                       [&](const std::string&) { return std::optional<std::string>(yaml); });
    AlgorithmSpec spec;
    config::decode(document, config::ref(spec), diagnostics);
    ASSERT_EQ(diagnostics.errors(), 1U) << info.name;
    EXPECT_EQ(diagnostics.items().front().code, "unknown_key") << info.name;
  }
}

}  // namespace
}  // namespace signalbox::selection
