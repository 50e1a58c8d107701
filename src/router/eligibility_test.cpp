// Which models may take a request, by what their cards state.
#include "router/eligibility.h"

#include <gmock/gmock.h>

#include "router/test_support.h"

namespace signalbox::router {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kPlain = R"({"model":"auto","messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view kTools =
    R"({"model":"auto","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}]})";
constexpr std::string_view kPicture =
    R"({"model":"auto","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a/b.png"}}]}]})";

ModelCardSpec card(std::vector<std::string> capabilities, std::string modality = "", std::int64_t window = 0) {
  ModelCardSpec spec;
  spec.capabilities = std::move(capabilities);
  spec.modality = std::move(modality);
  spec.context_window_size = window;
  return spec;
}

// Why the first of the cards cannot take the request.
std::string obstacle(const std::vector<ModelCardSpec>& cards, std::string_view body, std::int64_t max_tokens = 0) {
  const protocol::Request request = parsed(body);
  const evidence::Evidence evidence = evidence::from_request(request);
  return Needs(evidence, max_tokens).obstacle(abilities_of(cards).front());
}

TEST(Eligibility, ACardThatSaysNothingTakesEverything) {
  for (const std::string_view body : {kPlain, kTools, kPicture}) {
    EXPECT_THAT(obstacle({card({})}, body, 1'000'000), IsEmpty());
    EXPECT_THAT(obstacle({card({}), card({"tools", "vision"})}, body), IsEmpty());
    EXPECT_THAT(obstacle({card({"chat", "code"}, "ar")}, body), IsEmpty());  // no card tells models apart by it
  }
}

TEST(Eligibility, CapabilitiesCountOnceACardNamesThem) {
  EXPECT_EQ(obstacle({card({"chat"}), card({"chat", "tools"})}, kTools), "it takes no tools");
  EXPECT_THAT(obstacle({card({"chat", "tools"}), card({"chat"})}, kTools), IsEmpty());
  EXPECT_THAT(obstacle({card({"chat"}), card({"chat", "tools"})}, kPicture), IsEmpty());
  EXPECT_EQ(obstacle({card({"chat"}), card({"vision"})}, kPicture), "it takes no pictures");
  EXPECT_THAT(obstacle({card({"chat"}), card({"chat", "tools", "vision"})}, kPlain), IsEmpty());
}

TEST(Eligibility, ModalityStatesPictures) {
  EXPECT_EQ(obstacle({card({}, "text")}, kPicture), "it takes no pictures");
  EXPECT_THAT(obstacle({card({}, "omni"), card({"vision"})}, kPicture), IsEmpty());
  EXPECT_THAT(obstacle({card({"vision"}, "text")}, kPicture), IsEmpty());  // the list is the closer statement
}

TEST(Eligibility, TheWindowHoldsRequestAndAnswer) {
  EXPECT_THAT(obstacle({card({}, "", 100)}, kPlain, 90), IsEmpty());
  EXPECT_THAT(obstacle({card({}, "", 100)}, kPlain, 100), HasSubstr("context window of 100 tokens"));
  EXPECT_THAT(obstacle({card({}, "", 100)}, kPlain, std::numeric_limits<std::int64_t>::max()), HasSubstr("100"));
  const std::string words(6000, 'x');
  const std::string body = R"({"model":"auto","messages":[{"role":"user","content":")" + words + R"("}]})";
  EXPECT_THAT(obstacle({card({}, "", 100)}, body), HasSubstr("too small"));
  EXPECT_THAT(obstacle({card({}, "", 12'000)}, body), IsEmpty());
}

TEST(Eligibility, SelectionPassesOverWhatCannotTakeTheRequest) {
  const auto snapshot = snapshot_of(R"(
providers:
  models: [{name: small, backend_refs: [{endpoint: "a:1"}]}, {name: big, backend_refs: [{endpoint: "a:2"}]}]
routing:
  modelCards: [{name: small, context_window_size: 50}, {name: big, context_window_size: 5000}]
  decisions: [{name: d, modelRefs: [{model: small}, {model: big}]}]
)");
  JudgeOptions options;
  EXPECT_EQ(judge_text(*snapshot, "auto", "hi", options).selected_name, "small");
  options.max_tokens = 1000;
  const Judgement bigger = judge_text(*snapshot, "auto", "hi", options);
  EXPECT_EQ(bigger.selected_name, "big");
  EXPECT_EQ(bigger.selection.candidate, 1U);
  EXPECT_THAT(bigger.selection.reason, HasSubstr("passed over: small (its context window of 50"));
  options.max_tokens = 10'000;
  const Judgement none = judge_text(*snapshot, "auto", "hi", options);
  EXPECT_EQ(none.model, std::nullopt);
  EXPECT_EQ(none.ineligible.size(), 2U);
  EXPECT_EQ(none.selection.status, "unavailable");
  EXPECT_THAT(none.selection.reason, HasSubstr("no candidate can take the request: small ("));
}

}  // namespace
}  // namespace signalbox::router
