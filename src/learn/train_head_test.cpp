#include "learn/train_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "learn/planted_examples.h"
#include "learn/training_report.h"
#include "models/fake_embedder.h"

namespace signalbox::learn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LabelledVectors planted(std::size_t count, double distance, std::uint32_t classes, std::uint64_t seed) {
  const Examples examples = planted_examples(count, distance, classes, 8, seed);
  LabelledVectors all;
  all.vectors = examples.vectors;
  for (std::size_t i = 0; i < count; ++i) {
    all.texts.push_back({std::to_string(seed) + "/" + std::to_string(i), std::string(1, "zyxw"[examples.labels[i]])});
  }
  return all;
}

TEST(TrainHead, LearnsWhatIsThereAndSaysHowWell) {
  const auto head = train_head(planted(600, 3, 3, 1), {});
  ASSERT_TRUE(head) << head.error();
  EXPECT_THAT(head->spec.labels, ElementsAre("x", "y", "z"));
  EXPECT_EQ(head->fitted, 600U);
  const auto report = judge_head(head->spec, planted(600, 3, 3, 2), "");
  ASSERT_TRUE(report) << report.error();
  // The best rule for three normal classes three deviations from the origin along axes of their own is right in 0.966.
  EXPECT_GT(report->metrics.accuracy, 0.93);
  EXPECT_LT(report->metrics.calibration_error, 0.05);
  EXPECT_NEAR(report->unknown.value().known, 0.99, 0.02);
}

TEST(TrainHead, AnMlpLearnsWhatNoLineDivides) {
  LabelledVectors all = planted(800, 0, 2, 1), other = planted(400, 0, 2, 2);
  for (LabelledVectors* some : {&all, &other}) {
    for (std::size_t row = 0; row < some->texts.size(); ++row) {
      const bool same = (some->vectors.values[8 * row] > 0) == (some->vectors.values[8 * row + 1] > 0);
      some->texts[row].label = same ? "same" : "different";
    }
  }
  TrainOptions options;
  const auto linear = train_head(all, options);
  options.kind = models::HeadKind::mlp;
  options.hidden = 32;
  const auto mlp = train_head(all, options);
  ASSERT_TRUE(mlp) << mlp.error();
  EXPECT_LT(judge_head(linear->spec, other, "")->metrics.accuracy, 0.6);
  EXPECT_GT(judge_head(mlp->spec, other, "")->metrics.accuracy, 0.8);
}

TEST(TrainHead, IsTheSameForTheSameSeedOnAnyNumberOfThreads) {
  const LabelledVectors all = planted(400, 1, 4, 1);
  TrainOptions options;
  const auto one = train_head(all, options);
  options.threads = 4;
  const auto four = train_head(all, options);
  EXPECT_EQ(one->c, four->c);
  EXPECT_EQ(one->spec.temperature, four->spec.temperature);
  EXPECT_EQ(one->spec.unknown_threshold, four->spec.unknown_threshold);
  EXPECT_EQ(one->spec.output.weight.values, four->spec.output.weight.values);
}

TEST(TrainHead, BalancedWeightsHearTheRareLabel) {
  LabelledVectors all = planted(1000, 1, 2, 1);
  LabelledVectors rare;
  rare.vectors.columns = 8;
  for (std::size_t row = 0; row < all.texts.size(); ++row) {
    if (all.texts[row].label == "y" && row % 20 != 1) continue;
    rare.texts.push_back(all.texts[row]);
    const auto begin = all.vectors.values.begin() + static_cast<std::ptrdiff_t>(8 * row);
    rare.vectors.values.insert(rare.vectors.values.end(), begin, begin + 8);
    ++rare.vectors.rows;
  }
  const auto recall_of_rare = [&](bool balanced) {
    TrainOptions options;
    options.balanced = balanced;
    const auto report = judge_head(train_head(rare, options)->spec, planted(1000, 1, 2, 2), "");
    return report->metrics.classes[0].recall;
  };
  EXPECT_GT(recall_of_rare(true), recall_of_rare(false) + 0.2);
}

TEST(TrainHead, TextsOfTheUnknownLabelSetTheThreshold) {
  LabelledVectors all = planted(800, 4, 4, 1);  // "w" stands apart and is no label of the head
  TrainOptions options;
  options.unknown_label = "w";
  options.unknown.kind = UnknownRule::Kind::outsiders;
  const auto head = train_head(all, options);
  ASSERT_TRUE(head) << head.error();
  EXPECT_THAT(head->spec.labels, ElementsAre("x", "y", "z"));
  EXPECT_EQ(head->outsiders, 200U);
  const auto report = judge_head(head->spec, planted(800, 4, 4, 2), "w");
  EXPECT_EQ(report->outsiders, 200U);
  EXPECT_EQ(report->metrics.examples, 600U);
  EXPECT_GT(report->unknown.value().refused.value(), 0.5);
  EXPECT_GT(report->unknown.value().known, 0.7);
}

TEST(TrainHead, SaysWhatTheExamplesLack) {
  EXPECT_THAT(train_head(planted(10, 1, 1, 1), {}).error(), HasSubstr("fewer than 2 labels"));
  LabelledVectors one_text = planted(20, 1, 2, 1);
  one_text.texts.back().label = "alone";
  EXPECT_THAT(check_labels(one_text.texts, "", 2).error(), HasSubstr("\"alone\" has 1 text"));
  EXPECT_TRUE(train_head(one_text, {}));
  TrainOptions options;
  options.unknown_label = "oos";
  EXPECT_THAT(train_head(planted(20, 1, 2, 1), options).error(), HasSubstr("no example has the unknown label"));
  const auto head = train_head(planted(100, 1, 2, 1), {});
  EXPECT_THAT(judge_head(head->spec, planted(30, 1, 3, 1), "").error(), HasSubstr("the label \"x\""));
}

TEST(Split, HoldsTheShareOutOfEachLabelAndKeepsEqualTextsTogether) {
  LabelledVectors all = planted(300, 1, 3, 1);
  for (std::size_t row = 0; row < 30; ++row) all.texts[row + 30].text = all.texts[row].text;
  const std::size_t cut = all.cut = 7;
  const Parts parts = split(all, 0.25, 1);
  EXPECT_NEAR(static_cast<double>(parts.held_out.texts.size()), 75, 8);
  EXPECT_EQ(parts.held_out.texts.size() + parts.fitted.texts.size(), 300U);
  EXPECT_EQ(parts.fitted.vectors.values.size(), 8 * parts.fitted.texts.size());
  EXPECT_EQ(parts.fitted.cut + parts.held_out.cut, cut);
  std::set<std::string> held_out;
  for (const LabelledText& one : parts.held_out.texts) held_out.insert(one.text);
  for (const LabelledText& one : parts.fitted.texts) EXPECT_FALSE(held_out.contains(one.text));
}

TEST(EmbedTexts, EncodesEachDistinctTextOnce) {
  const models::FakeEmbedder model;
  std::vector<LabelledText> texts;
  for (int i = 0; i < 600; ++i) texts.push_back({"text " + std::to_string(i % 300), "x"});
  std::size_t last = 0;
  const auto all = embed_texts(model, texts, [&](std::size_t done, std::size_t total) {
    EXPECT_GT(done, last);
    EXPECT_EQ(total, 300U);
    last = done;
  });
  ASSERT_TRUE(all) << all.error();
  EXPECT_EQ(last, 300U);
  EXPECT_EQ(model.passes(), 300U);
  const auto vector = (*model.embed("text 7", {}))->values;
  EXPECT_TRUE(std::ranges::equal(vector, std::span(all->vectors.values).subspan(307 * 64, 64)));
}

TEST(EmbedTexts, CountsTextsThatTheModelCutsAndPassesErrorsOn) {
  models::FakeEmbedder model;
  model.info_.max_tokens = 4;
  EXPECT_EQ(embed_texts(model, {{"one two", "x"}, {"one two three", "x"}}, nullptr)->cut, 1U);
  model.error = models::EmbedError{models::EmbedError::Kind::failed, "out of order"};
  EXPECT_THAT(embed_texts(model, {{"a", "x"}}, nullptr).error(), HasSubstr("fake could not read a text (failed)"));
}

TEST(TrainingReport, TellsWhatWasMeasuredAndGivesEqualFilesForEqualTrainings) {
  TrainingReport report;
  report.head = train_head(planted(300, 2, 3, 1), {}).value();
  report.held_out = judge_head(report.head.spec, planted(150, 2, 3, 2), "").value();
  report.judged_by = "a file of its own";
  const nlohmann::ordered_json details = head_details(report, "signalbox 1");
  report.embedding_seconds = 5;
  EXPECT_EQ(details, head_details(report, "signalbox 1"));
  EXPECT_EQ(details.at("training").at("texts"), 300);
  EXPECT_EQ(details.at("held_out").at("examples"), 150);
  EXPECT_EQ(report_json(report, "DIR").at("seconds").at("embedding"), 5);
  EXPECT_THAT(report_text(report), HasSubstr("judged by 150 texts"));
}

}  // namespace
}  // namespace signalbox::learn
