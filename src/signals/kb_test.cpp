#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "signals/knowledge_base.h"
#include "signals/similarity_test_support.h"

namespace signalbox::signals::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LearnedModels with(KnowledgeBase kb) {
  LearnedModels learned;
  learned.kbs.push_back(std::make_shared<const KnowledgeBase>(std::move(kb)));
  return learned;
}

KnowledgeBase compass_points() {
  KnowledgeBase kb;
  kb.name = "points";
  kb.labels = {
      {"east", "", {"0"}, 0.8}, {"north", "", {"90", "80"}, 0.8}, {"west", "", {"180"}, 0.95}, {"zenith", "", {}, 0.8}};
  kb.groups = {{"mild", {0, 1}}, {"wild", {2}}};
  kb.metrics = {{"mild_vs_wild", "mild", "wild"}};
  return kb;
}

std::map<std::string, SignalResult> judge(std::string_view yaml, const std::string& text, const LearnedModels& learned,
                                          std::set<std::string> used = {}) {
  const auto model = model_of(compass());
  const Rules rules("kb", yaml, {.v1 = true, .used = std::move(used), .embedding = model, .learned = &learned});
  EXPECT_THAT(rules.problems(), ElementsAre());
  return Subject::text(text).evaluate(rules);
}

constexpr std::string_view kRules =
    "[{name: east, kb: points, target: {kind: label, value: east}},"
    " {name: mild, kb: points, target: {kind: group, value: mild}},"
    " {name: best_north, kb: points, target: {kind: label, value: north}, match: best},"
    " {name: best_wild, kb: points, target: {kind: group, value: wild}, match: best}]";

TEST(Kb, LabelsAndGroupsByThreshold) {
  const LearnedModels learned = with(compass_points());
  auto results = judge(kRules, "20", learned);
  EXPECT_EQ(results.at("east").truth, Truth::match);
  EXPECT_NEAR(results.at("east").confidence, cosine(20), 1e-6);
  EXPECT_EQ(results.at("mild").truth, Truth::match);
  results = judge(kRules, "70", learned);
  EXPECT_EQ(results.at("east").truth, Truth::no_match);
  EXPECT_EQ(results.at("mild").truth, Truth::match);  // north is near enough
  EXPECT_NEAR(*results.at("mild").value, cosine(10), 1e-6);
  EXPECT_EQ(results.at("mild").findings.at(0).what, "80");
}

// As in VSR the best needs no threshold.
TEST(Kb, TheBestLabelAndGroup) {
  const LearnedModels learned = with(compass_points());
  auto results = judge(kRules, "140", learned);
  EXPECT_EQ(results.at("best_wild").truth, Truth::match);
  EXPECT_EQ(results.at("best_north").truth, Truth::no_match);
  results = judge(kRules, "125", learned);
  EXPECT_EQ(results.at("best_north").truth, Truth::match);
}

TEST(Kb, MetricsForProjections) {
  const LearnedModels learned = with(compass_points());
  const std::set<std::string> used{"points/best_score", "points/best_matched_score", "points/mild_vs_wild", "points/x"};
  auto results = judge("[]", "150", learned, used);
  ASSERT_EQ(results.size(), 3);
  EXPECT_NEAR(*results.at("points/best_score").value, cosine(30), 1e-6);
  EXPECT_EQ(*results.at("points/best_matched_score").value, 0);  // west asks for 0.95
  EXPECT_NEAR(*results.at("points/mild_vs_wild").value, cosine(60) - cosine(30), 1e-6);
  EXPECT_EQ(results.at("points/best_score").truth, Truth::no_match);
  results = judge("[]", "", learned, used);
  EXPECT_EQ(*results.at("points/mild_vs_wild").value, 0);
}

// One text, one encoder pass, however many rules and knowledge bases there are.
TEST(Kb, OneVectorForAll) {
  LearnedModels learned = with(compass_points());
  KnowledgeBase other = compass_points();
  other.name = "other";
  learned.kbs.push_back(std::make_shared<const KnowledgeBase>(std::move(other)));
  const auto embedder = compass();
  const Rules rules("kb",
                    "[{name: a, kb: points, target: {kind: label, value: east}},"
                    " {name: b, kb: other, target: {kind: label, value: west}}]",
                    {.v1 = true, .used = {}, .embedding = model_of(embedder), .learned = &learned});
  const auto before = embedder->passes();
  Subject::text("33").evaluate(rules);
  EXPECT_EQ(embedder->passes() - before, 1);
}

TEST(Kb, AKnowledgeBaseThatIsNotThereIsUnknown) {
  KnowledgeBase kb;
  kb.name = "points";
  kb.missing = "there is no folder points/";
  const LearnedModels learned = with(std::move(kb));
  const auto results = judge("[{name: east, kb: points, target: {kind: label, value: east}}]", "10", learned);
  EXPECT_EQ(results.at("east").reason, Reason::model_missing);
  EXPECT_EQ(results.at("east").detail, "there is no folder points/");
}

TEST(Kb, NamesThatDoNotExist) {
  const LearnedModels learned = with(compass_points());
  const Rules rules("kb",
                    "[{name: a, kb: point, target: {kind: label, value: east}},"
                    " {name: b, kb: points, target: {kind: label, value: eats}},"
                    " {name: c, kb: points, target: {kind: group, value: mold}}]",
                    {.v1 = true, .used = {}, .embedding = {}, .learned = &learned});
  EXPECT_THAT(rules.problems(), ElementsAre("routing.signals.kb[0].kb dangling_reference",
                                            "routing.signals.kb[1].target.value dangling_reference",
                                            "routing.signals.kb[2].target.value dangling_reference"));
  EXPECT_THAT(rules.diagnostics.items()[1].suggestion, HasSubstr("east"));
}

// ---- the manifest ---------------------------------------------------------------------------------------------------

std::string error_of(std::string_view text) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "kb_manifest.json";
  std::ofstream(file) << text;
  const auto labels = read_kb_manifest(file);
  return labels ? "" : labels.error();
}

TEST(KbManifest, IsReadAsVsrWritesIt) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "kb_manifest.json";
  std::ofstream(file) << R"({"version":"1.0.0","labels":{"b":{"description":"d","exemplars":["x","y"]},
                             "a":{"exemplars":[]}}})";
  const auto labels = read_kb_manifest(file);
  ASSERT_TRUE(labels) << labels.error();
  ASSERT_EQ(labels->size(), 2);
  EXPECT_EQ((*labels)[0].name, "a");
  EXPECT_EQ((*labels)[1].description, "d");
  EXPECT_THAT((*labels)[1].exemplars, ElementsAre("x", "y"));
}

TEST(KbManifest, WhatIsWrongIsSaid) {
  EXPECT_THAT(error_of("{"), HasSubstr("kb_manifest.json: is not JSON"));
  EXPECT_THAT(error_of("[]"), HasSubstr("has no object \"labels\""));
  EXPECT_THAT(error_of(R"({"labels":{}})"), HasSubstr("has no labels"));
  EXPECT_THAT(error_of(R"({"labels":{"a":1}})"), HasSubstr("label \"a\" is no object"));
  EXPECT_THAT(error_of(R"({"labels":{"a":{}}})"), HasSubstr("label \"a\" has no list of exemplars"));
  EXPECT_THAT(error_of(R"({"labels":{"a":{"exemplars":[1]}}})"), HasSubstr("an exemplar of label \"a\" is no text"));
  EXPECT_THAT(read_kb_manifest("/nonexistent/labels.json").error(), HasSubstr("/nonexistent/labels.json: "));
}

}  // namespace
}  // namespace signalbox::signals::test
