// Classifiers against transformers', on the goldens in tests/golden: every layer, the logits, and what a mistake costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/loaded_classifier.h"
#include "tensor/load_error.h"
#include "trust/model_copy.h"
#include "trust/text_parity.h"
#include "trust/verdict.h"

namespace signalbox::trust {
namespace {

using models::ClassifierTask;
using models::LoadedClassifier;
namespace fs = std::filesystem;

struct Model {
  const char* name;
  ClassifierTask task;
};

TextParity parity_of(const fs::path& path, ClassifierTask task) {
  const LoadedClassifier model = LoadedClassifier::from(path, task);
  const Goldens goldens = load_goldens(path / "goldens");
  EXPECT_THAT(texts_with_other_ids(model.text, goldens), testing::IsEmpty());
  return compare_with_goldens(*model.text.encoder, *model.head, goldens);
}

class TinyClassifier : public testing::TestWithParam<Model> {};
TEST_P(TinyClassifier, EveryLayerAndTheLogitsAreTheReferences) {
  const fs::path path = fs::path(SIGNALBOX_SOURCE_DIR) / "tests/golden" / GetParam().name;
  const TextParity parity = parity_of(path, GetParam().task);
  ASSERT_EQ(parity.layers.size(), 4U);
  EXPECT_EQ(parity.layers[1].texts, 6U);
  EXPECT_EQ(parity.layers.back().texts, 16U);
  EXPECT_TRUE(parity.passes(kBoundFp32)) << parity.summary(kBoundFp32);
}
INSTANTIATE_TEST_SUITE_P(Models, TinyClassifier,
                         testing::Values(Model{"tiny-bert-sequence", ClassifierTask::sequence},
                                         Model{"tiny-bert-token", ClassifierTask::token}),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           std::erase(name, '-');
                           return name;
                         });

// A mistake that leaves the tensors as they are: config.json says otherwise than the weights were trained with.
struct Mutant {
  const char* name;
  Model model;
  const char* from;
  const char* to;
};
class ClassifierMutant : public testing::TestWithParam<Mutant> {};
TEST_P(ClassifierMutant, MissesTheBoundFivefold) {
  const ModelCopy copy(GetParam().model.name);
  copy.change("config.json", GetParam().from, GetParam().to);
  EXPECT_GT(parity_of(copy.path, GetParam().model.task).layers.back().relative_error, 5 * kBoundFp32);
}
INSTANTIATE_TEST_SUITE_P(Mutants, ClassifierMutant,
                         testing::Values(Mutant{"BertTanhGelu", Model{"tiny-bert-sequence", ClassifierTask::sequence},
                                                "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"gelu_new\""}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace signalbox::trust
