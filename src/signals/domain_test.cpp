#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/head_fixture.h"
#include "signals/classifier_test_support.h"

namespace signalbox::signals::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kRules =
    "[{name: stem, mmlu_categories: [math, physics]}, {name: law}, {name: Computer_Science}]";

class Domain : public testing::Test {
 protected:
  Domain() {
    classifier_->windows = {{"sure", {{0.9F, 0.05F, 0.03F, 0.02F}}},
                            {"torn", {{0.35F, 0.35F, 0.2F, 0.1F}}},
                            {"code", {{0.02F, 0.02F, 0.02F, 0.94F}}},
                            {"late", {{0.02F, 0.02F, 0.94F, 0.02F}, {0.9F, 0.05F, 0.03F, 0.02F}}}};
    learned_.domain = model_of(classifier_, 0.3);
  }
  std::map<std::string, SignalResult> of(const std::string& text, bool v1 = false, std::string_view rules = kRules) {
    return judge("domain", rules, Subject::text(text), learned_, v1);
  }

  std::shared_ptr<FakeClassifier> classifier_ =
      std::make_shared<FakeClassifier>(std::vector<std::string>{"math", "physics", "law", "computer science"});
  LearnedModels learned_;
};

// VSR: a sure classifier's first choice alone counts, for the domain that has the category.
TEST_F(Domain, ASureFirstChoice) {
  const auto results = of("sure");
  EXPECT_EQ(results.at("stem").truth, Truth::match);
  EXPECT_NEAR(results.at("stem").confidence, 0.9, 1e-6);
  EXPECT_EQ(results.at("law").truth, Truth::no_match);
  EXPECT_LT(value(results.at("stem"), "entropy"), 0.4);
}

// v0.3: each category by itself; v1: a domain is as probable as its categories together.
TEST_F(Domain, CategoriesOfOneDomainAddUpUnderV1) {
  learned_.domain.threshold = 0.5;
  EXPECT_EQ(of("torn").at("stem").truth, Truth::no_match);
  EXPECT_NEAR(*of("torn").at("stem").value, 0.35, 1e-6);
  EXPECT_EQ(of("torn", true).at("stem").truth, Truth::match);
  EXPECT_NEAR(of("torn", true).at("stem").confidence, 0.7, 1e-6);
}

TEST_F(Domain, SpellingsOfALabelAreOne) {
  EXPECT_EQ(of("code").at("Computer_Science").truth, Truth::match);
}

TEST_F(Domain, ACategoryTheModelDoesNotTellIsNamed) {
  const Rules rules("domain", "[{name: cooking}]", {.v1 = false, .used = {}, .embedding = {}, .learned = &learned_});
  EXPECT_THAT(rules.problems(), ElementsAre("warning routing.signals.domains[0] never_matches"));
  EXPECT_EQ(Subject::text("sure").evaluate(rules, "cooking").truth, Truth::no_match);
}

// A domain that protects is looked for in every window of a long text.
TEST_F(Domain, AProtectingRuleTakesTheWorstWindow) {
  learned_.domain.threshold = 0.6;
  EXPECT_EQ(of("late", true, "[{name: law}]").at("law").truth, Truth::no_match);
  const auto results = of("late", true, "[{name: law, security: true}]");
  EXPECT_EQ(results.at("law").truth, Truth::match);
  EXPECT_NEAR(results.at("law").confidence, 0.94, 1e-6);
}

TEST_F(Domain, AnErrorIsUnknown) {
  classifier_->error = models::EmbedError{models::EmbedError::Kind::timeout, "too late"};
  for (const auto& [name, result] : of("sure")) EXPECT_EQ(result.reason, Reason::timeout) << name;
}

// Two types that use one model, and one request: the text goes through it once.
TEST_F(Domain, OnePassForAllThatAskTheSameModel) {
  const Rules domain("domain", kRules, {.v1 = false, .used = {}, .embedding = {}, .learned = &learned_});
  learned_.open = [&](const std::string&) { return learned_.domain; };
  const Rules scores("classifier", "[{name: c, type: local, model_path: m, labels: [law]}]",
                     {.v1 = false, .used = {}, .embedding = {}, .learned = &learned_});
  const Subject subject = Subject::text("sure");
  evidence::ImageTexts images(subject.evidence, nullptr, std::chrono::steady_clock::time_point::max());
  TextScopes scopes(subject.evidence, images);
  RequestClassifications shared({});
  EvalContext context{subject.evidence, images, scopes, std::chrono::steady_clock::time_point::max(), nullptr, &shared};
  std::vector<SignalResult> results(3);
  domain.family->evaluate(std::vector<std::size_t>{0, 1, 2}, context, results);
  scores.family->evaluate(std::vector<std::size_t>{0}, context, std::span(results).first(1));
  EXPECT_EQ(classifier_->passes(), 1);
  EXPECT_NEAR(value(results[0], "law"), 0.03, 1e-6);
}

// ---- a head on the embedding model ----------------------------------------------------------------------------------

// The head reads the vector that the embedding rules of the request have made already.
TEST(DomainHead, SharesTheRequestsVector) {
  const auto embedder = std::make_shared<models::FakeEmbedder>();
  models::HeadSpec spec = models::head_of_examples(*embedder, {"cats", "dogs"}, {"a cat purrs", "the dog barks"});
  spec.unknown_threshold = 0.6;
  LearnedModels learned;
  learned.domain.head = std::make_shared<models::HeadClassifier>(models::Head("heads/pets", spec, "f"), embedder);
  learned.domain.classifier = learned.domain.head;
  const auto model = model_of(std::shared_ptr<const models::FakeEmbedder>(embedder));
  const Rules domain("domain", "[{name: cats}, {name: dogs}]",
                     {.v1 = true, .used = {}, .embedding = model, .learned = &learned});
  const Rules embedding("embedding", "[{name: purr, threshold: 0.5, candidates: [a cat purrs]}]",
                        {.v1 = true, .used = {}, .embedding = model, .learned = &learned});
  const Subject subject = Subject::text("my cat purrs");
  evidence::ImageTexts images(subject.evidence, nullptr, std::chrono::steady_clock::time_point::max());
  TextScopes scopes(subject.evidence, images);
  RequestEmbeddings shared({});
  EvalContext context{subject.evidence, images, scopes, std::chrono::steady_clock::time_point::max(), &shared};
  const auto before = embedder->passes();
  std::vector<SignalResult> results(2);
  embedding.family->evaluate(std::vector<std::size_t>{0}, context, std::span(results).first(1));
  domain.family->evaluate(std::vector<std::size_t>{0, 1}, context, results);
  EXPECT_EQ(embedder->passes() - before, 1);
  EXPECT_EQ(results[0].truth, Truth::match);
  EXPECT_EQ(results[1].truth, Truth::no_match);
  // Nothing of either: the head says so, and no label is forced on the text.
  const auto other = Subject::text("quarterly revenue").evaluate(domain);
  EXPECT_EQ(other.at("cats").truth, Truth::no_match);
  EXPECT_THAT(other.at("cats").detail, HasSubstr("none of the model's categories"));
}

}  // namespace
}  // namespace signalbox::signals::test
