#include "probes/judge_response.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace signalbox::probes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Json = nlohmann::ordered_json;

Json good_response() {
  return Json::parse(R"({
    "requested_model": "auto", "recipe": "default", "routing_decision": "d", "recommended_models": ["m", "n"],
    "selected_model": "m", "selection_status": "selected", "selection_method": "static", "determined": true,
    "decision_result": {"algorithm": "static", "plugins": ["tools", "rag"],
      "used_signals": {"keywords": ["k", "l"], "kb": ["open"]},
      "matched_signals": {"keywords": ["k"]}, "unmatched_signals": {"keywords": ["l"]}},
    "eval_trace": [{"decision_name": "d", "matched": true}, {"decision_name": "e", "matched": false}]})");
}

Expectation good_expectation() {
  Expectation expected;
  expected.decision = "d";
  expected.model = "auto";
  expected.alias = "n";
  expected.algorithm = "static";
  expected.plugins = {"rag"};
  expected.signals = {{"keywords", {"k"}}};
  expected.forbidden_signals = {{"keywords", {"l"}}};
  expected.recipe_decisions = {"d", "e"};
  return expected;
}

TEST(JudgeResponse, AGoodResponseHasNoFailures) {
  const Verdict verdict = judge_response(good_response(), good_expectation());
  EXPECT_TRUE(verdict.determined);
  EXPECT_THAT(verdict.failures, IsEmpty());
  EXPECT_THAT(verdict.unchecked, IsEmpty());
}

TEST(JudgeResponse, AnUndeterminedDecisionIsNeverAFailure) {
  Json response = good_response();
  response["determined"] = false;
  response["routing_decision"] = "e";
  const Verdict verdict = judge_response(response, good_expectation());
  EXPECT_FALSE(verdict.determined);
  EXPECT_THAT(verdict.failures, IsEmpty());
}

// One member of the response changed, one failure.
struct Wrong {
  const char* pointer;
  Json value;
  const char* message;
};

class WrongResponse : public testing::TestWithParam<Wrong> {};

TEST_P(WrongResponse, IsNamed) {
  Json response = good_response();
  response[Json::json_pointer(GetParam().pointer)] = GetParam().value;
  EXPECT_THAT(judge_response(response, good_expectation()).failures, ElementsAre(HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Members, WrongResponse,
    testing::Values(Wrong{"/routing_decision", "e", "decision: expected \"d\", got \"e\""},
                    Wrong{"/routing_decision", "", "decision: expected \"d\", got no decision"},
                    Wrong{"/recipe", "other", "recipe: expected \"default\", got \"other\""},
                    Wrong{"/requested_model", "MoM", "requested_model: expected \"auto\", got \"MoM\""},
                    Wrong{"/recommended_models", Json::array({"m"}), "recommended_models: \"n\" is not among [m]"},
                    Wrong{"/decision_result/algorithm", "fusion", "algorithm: expected \"static\", got \"fusion\""},
                    Wrong{"/selection_status", "fallback", "selection_status: \"fallback\""},
                    Wrong{"/decision_result/plugins", Json::array({"tools"}), "plugins: \"rag\" is not among [tools]"},
                    Wrong{"/decision_result/matched_signals/keywords", Json::array({"k", "l"}),
                          "keywords:l matched and is forbidden"},
                    Wrong{"/eval_trace/1/decision_name", "f", "expected one entry for each of [d, e], got [d, f]"},

                    Wrong{"/eval_trace/0/matched", false, "eval_trace: \"d\" is not matched"}));

TEST(JudgeResponse, ASignalThatIsUnusedUnmatchedOrUnknown) {
  Expectation expected = good_expectation();
  expected.forbidden_signals = {{"kb", {"open"}}};
  expected.signals = {{"keywords", {"l", "nowhere"}}, {"kb", {"open"}}};
  const Verdict verdict = judge_response(good_response(), expected);
  EXPECT_THAT(verdict.failures,
              ElementsAre("signal keywords:l did not match", HasSubstr("no decision of the recipe uses")));
  EXPECT_THAT(verdict.unchecked, ElementsAre("signal kb:open is unknown and must match"));
  expected.signals = {{"keywords", {"k"}}};
  EXPECT_THAT(judge_response(good_response(), expected).unchecked,
              ElementsAre("signal kb:open is unknown and must not match"));
}

TEST(JudgeResponse, ExactNamesAllowNoOthers) {
  Expectation expected = good_expectation();
  expected.plugin_match = NameMatch::exact;
  EXPECT_THAT(judge_response(good_response(), expected).failures,
              ElementsAre("plugins: \"tools\" is not expected (plugin_match: exact)"));
  expected = good_expectation();
  expected.forbidden_plugins = {"tools"};
  EXPECT_THAT(judge_response(good_response(), expected).failures, ElementsAre("plugins: \"tools\" is forbidden"));
  expected = good_expectation();
  expected.forbidden_signals.clear();
  expected.signal_match = NameMatch::exact;
  Json response = good_response();
  response["decision_result"]["matched_signals"]["keywords"].push_back("l");
  const Verdict verdict = judge_response(response, expected);
  EXPECT_THAT(verdict.failures, ElementsAre("signal keywords:l matched and is not expected (signal_match: exact)"));
  EXPECT_THAT(verdict.unchecked, ElementsAre("signal kb:open is unknown and must not match"));
}

TEST(JudgeResponse, AMisspeltDecisionIsNotTheRoutersFault) {
  Expectation expected = good_expectation();
  expected.recipe_decisions = {"local_standard", "other"};
  expected.decision = "local_standart";
  EXPECT_THAT(judge_response(good_response(), expected).failures[0],
              AllOf(HasSubstr("the recipe has no decision \"local_standart\""), HasSubstr("did you mean")));
}

}  // namespace
}  // namespace signalbox::probes
