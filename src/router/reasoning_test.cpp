// How a model is told to reason: the bytes of the request that goes upstream.
#include "router/reasoning.h"

#include <gtest/gtest.h>

#include "router/test_support.h"

namespace signalbox::router {
namespace {

constexpr std::string_view kBody = R"({"model":"auto","messages":[{"role":"user","content":"x"}]})";

Model with_family(std::string type, std::string parameter) {
  Model model;
  model.reasoning = ReasoningFamilySpec{.path = {}, .type = std::move(type), .parameter = std::move(parameter)};
  return model;
}

std::string applied(const Model& model, bool use_reasoning, std::string_view members = "",
                    const BackendTarget& backend = {}) {
  Candidate candidate;
  candidate.use_reasoning = use_reasoning;
  candidate.effort = "high";
  const std::string body = std::string(kBody.substr(0, kBody.size() - 1)) + std::string(members) + "}";
  const protocol::Request request = parsed(body);
  plugins::RequestEdit edit(request);
  apply_reasoning(model, backend, candidate, edit);
  const std::string changed = edit.splice.apply();
  return changed.substr(kBody.size() - 1, changed.size() - kBody.size());
}

TEST(Reasoning, AModelWithoutAFamilyIsLeftAlone) {
  EXPECT_EQ(applied(Model(), true), "");
  EXPECT_EQ(applied(Model(), false, R"(,"reasoning_effort":"high")"), R"(,"reasoning_effort":"high")");
}

TEST(Reasoning, ASwitchInTheTemplateArguments) {
  const Model model = with_family("chat_template_kwargs", "enable_thinking");
  EXPECT_EQ(applied(model, true), R"(,"chat_template_kwargs":{"enable_thinking":true})");
  EXPECT_EQ(applied(model, false), R"(,"chat_template_kwargs":{"enable_thinking":false})");
  EXPECT_EQ(applied(model, true, R"(,"chat_template_kwargs":{"a":1,"enable_thinking":false})"),
            R"(,"chat_template_kwargs":{"a":1,"enable_thinking":true})");
}

TEST(Reasoning, AnEffortInTheTemplateArguments) {
  const Model model = with_family("reasoning_effort", "reasoning_effort");
  EXPECT_EQ(applied(model, true), R"(,"chat_template_kwargs":{"reasoning_effort":"high"})");
  EXPECT_EQ(applied(model, false), R"(,"chat_template_kwargs":{"reasoning_effort":"low"})");
}

TEST(Reasoning, SwitchedOffACallersEffortIsKept) {
  const Model model = with_family("top_level_reasoning_effort", "reasoning_effort");
  EXPECT_EQ(applied(model, false, R"(,"reasoning_effort":"medium")"), R"(,"reasoning_effort":"medium")");
  EXPECT_EQ(applied(model, true, R"(,"reasoning_effort":"medium")"), R"(,"reasoning_effort":"high")");
}

TEST(Reasoning, AnEffortAsAMemberOfTheBody) {
  EXPECT_EQ(applied(with_family("top_level_reasoning_effort", "thinking_effort"), true),
            R"(,"thinking_effort":"high")");
  BackendTarget openai;
  openai.effort_at_top_level = true;
  EXPECT_EQ(applied(with_family("reasoning_effort", "effort"), true, "", openai), R"(,"reasoning_effort":"high")");
}

}  // namespace
}  // namespace signalbox::router
