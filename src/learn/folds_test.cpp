#include "learn/folds.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace signalbox::learn {
namespace {

struct Labelled {
  std::vector<std::string> owned;
  std::vector<std::string_view> texts;
  std::vector<std::uint32_t> labels;
};

// `counts[i]` texts of label i.
Labelled labelled(const std::vector<int>& counts) {
  Labelled result;
  for (std::uint32_t label = 0; label < counts.size(); ++label) {
    for (int i = 0; i < counts[label]; ++i) {
      result.owned.push_back(std::to_string(label) + "/" + std::to_string(i));
      result.labels.push_back(label);
    }
  }
  result.texts.assign(result.owned.begin(), result.owned.end());
  return result;
}

TEST(Folds, EveryLabelIsSpreadEvenly) {
  const Labelled all = labelled({50, 7, 23});
  const auto folds = stratified_folds(all.texts, all.labels, 5, 1);
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> counts;
  for (std::size_t i = 0; i < folds.size(); ++i) ++counts[{all.labels[i], folds[i]}];
  for (std::uint32_t fold = 0; fold < 5; ++fold) {
    EXPECT_EQ((counts[{0, fold}]), 10);
    EXPECT_NEAR((counts[{1, fold}]), 1.5, 0.6);
    EXPECT_NEAR((counts[{2, fold}]), 4.5, 0.6);
  }
}

TEST(Folds, EqualTextsStayTogetherWhateverTheirLabels) {
  Labelled all = labelled({40, 40});
  for (std::size_t i = 0; i < 40; ++i) all.texts[40 + i] = all.texts[i];
  const auto folds = stratified_folds(all.texts, all.labels, 5, 1);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(folds[i], folds[40 + i]);
}

TEST(Folds, TheSeedDecides) {
  const Labelled all = labelled({60, 60});
  EXPECT_EQ(stratified_folds(all.texts, all.labels, 5, 1), stratified_folds(all.texts, all.labels, 5, 1));
  EXPECT_NE(stratified_folds(all.texts, all.labels, 5, 1), stratified_folds(all.texts, all.labels, 5, 2));
}

TEST(Folds, SmallLabelsDoNotAllBeginWithTheFirstFold) {
  const Labelled all = labelled(std::vector<int>(50, 2));
  std::map<std::uint32_t, int> counts;
  for (const std::uint32_t fold : stratified_folds(all.texts, all.labels, 5, 1)) ++counts[fold];
  for (const auto& [fold, count] : counts) EXPECT_EQ(count, 20) << fold;
}

}  // namespace
}  // namespace signalbox::learn
