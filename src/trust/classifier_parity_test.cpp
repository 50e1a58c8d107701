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
  return compare_with_goldens(*model.text.encoder, *model.head, load_goldens(path / "goldens"));
}

class TinyClassifier : public testing::TestWithParam<Model> {};
TEST_P(TinyClassifier, EveryLayerAndTheLogitsAreTheReferences) {
  const fs::path path = fs::path(SIGNALBOX_SOURCE_DIR) / "tests/golden" / GetParam().name;
  const TextParity parity = parity_of(path, GetParam().task);
  EXPECT_THAT(texts_with_other_ids(LoadedClassifier::from(path, GetParam().task).text, load_goldens(path / "goldens")),
              testing::IsEmpty());
  ASSERT_GE(parity.layers.size(), 4U);
  EXPECT_EQ(parity.layers[1].texts, 6U);
  EXPECT_EQ(parity.layers.back().texts, 16U);
  EXPECT_TRUE(parity.passes(kBoundFp32)) << parity.summary(kBoundFp32);
}
INSTANTIATE_TEST_SUITE_P(Models, TinyClassifier,
                         testing::Values(Model{"tiny-bert-sequence", ClassifierTask::sequence},
                                         Model{"tiny-bert-token", ClassifierTask::token},
                                         Model{"tiny-roberta-sequence", ClassifierTask::sequence},
                                         Model{"tiny-xlm-roberta-token", ClassifierTask::token},
                                         Model{"tiny-deberta-sequence", ClassifierTask::sequence},
                                         Model{"tiny-deberta-token", ClassifierTask::token},
                                         Model{"tiny-modernbert-sequence", ClassifierTask::sequence},
                                         Model{"tiny-modernbert-token", ClassifierTask::token},
                                         Model{"tiny-qwen3-sequence", ClassifierTask::sequence},
                                         Model{"tiny-qwen3-token", ClassifierTask::token},
                                         Model{"tiny-lora", ClassifierTask::sequence}),
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
  const char* file = "config.json";
};
class ClassifierMutant : public testing::TestWithParam<Mutant> {};
TEST_P(ClassifierMutant, MissesTheBoundFivefold) {
  const ModelCopy copy(GetParam().model.name);
  copy.change(GetParam().file, GetParam().from, GetParam().to);
  EXPECT_GT(parity_of(copy.path, GetParam().model.task).layers.back().relative_error, 5 * kBoundFp32);
}
constexpr Model kBert{"tiny-bert-sequence", ClassifierTask::sequence};
constexpr Model kRoberta{"tiny-roberta-sequence", ClassifierTask::sequence};
constexpr Model kXlmRoberta{"tiny-xlm-roberta-token", ClassifierTask::token};
constexpr Model kDeberta{"tiny-deberta-sequence", ClassifierTask::sequence};
constexpr Model kModernBert{"tiny-modernbert-sequence", ClassifierTask::sequence};
constexpr Model kQwen3{"tiny-qwen3-sequence", ClassifierTask::sequence};
constexpr Model kLora{"tiny-lora", ClassifierTask::sequence};
constexpr Model kOtherDeberta{"tiny-deberta-token", ClassifierTask::token};
INSTANTIATE_TEST_SUITE_P(
    Mutants, ClassifierMutant,
    testing::Values(
        Mutant{"BertTanhGelu", kBert, "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"gelu_new\""},
        Mutant{"BertEpsilon", kBert, "\"layer_norm_eps\": 1e-06", "\"layer_norm_eps\": 1e-03"},
        Mutant{"RobertaPositions", kRoberta, "\"pad_token_id\": 1", "\"pad_token_id\": 0"},
        Mutant{"XlmRobertaPositions", kXlmRoberta, "\"pad_token_id\": 1", "\"pad_token_id\": 0"},
        Mutant{"DebertaWithoutC2p", kDeberta, "\"p2c\",\n    \"c2p\"", "\"p2c\""},
        Mutant{"DebertaWithoutP2c", kDeberta, "\"p2c\",\n    \"c2p\"", "\"c2p\""},
        Mutant{"DebertaBuckets", kDeberta, "\"max_relative_positions\": -1", "\"max_relative_positions\": 64"},
        Mutant{"DebertaPooler", kDeberta, "\"pooler_hidden_act\": \"gelu\"", "\"pooler_hidden_act\": \"gelu_new\""},
        Mutant{"LoraScale", kLora, "\"use_rslora\": true", "\"use_rslora\": false", "adapter_config.json"},
        Mutant{"LoraAlpha", kLora, "\"lora_alpha\": 6", "\"lora_alpha\": 6.01", "adapter_config.json"},
        Mutant{"ModernBertFirstToken", kModernBert, "\"classifier_pooling\": \"mean\"",
               "\"classifier_pooling\": \"cls\""},
        Mutant{"ModernBertHeadTanhGelu", kModernBert, "\"classifier_activation\": \"gelu\"",
               "\"classifier_activation\": \"gelu_new\""},
        Mutant{"Qwen3Epsilon", kQwen3, "\"rms_norm_eps\": 1e-06", "\"rms_norm_eps\": 1e-03"},
        Mutant{"DebertaAbsolutePositions", kOtherDeberta, "\"position_biased_input\": true",
               "\"position_biased_input\": false"}),
    [](const auto& info) { return std::string(info.param.name); });

// A head that reads the mean of the hidden states where its model was trained on the first, or the last.
class OnTheMean final : public models::ClassificationHead {
 public:
  OnTheMean(const models::ClassificationHead& head, std::size_t width) : head_(head), width_(width) {}
  std::vector<float> logits(std::span<const float> hidden) const override {
    std::vector<float> mean(width_, 0.0F);
    const std::size_t tokens = hidden.size() / width_;
    for (std::size_t i = 0; i < hidden.size(); ++i) mean[i % width_] += hidden[i] / static_cast<float>(tokens);
    return head_.logits(mean);
  }

 private:
  const models::ClassificationHead& head_;
  std::size_t width_;
};

TEST(ClassifierMutants, TheMeanForOneTokenMissesTheBoundFivefold) {
  for (const Model& model : {kBert, kRoberta, kDeberta, kQwen3}) {
    const fs::path path = fs::path(SIGNALBOX_SOURCE_DIR) / "tests/golden" / model.name;
    const LoadedClassifier loaded = LoadedClassifier::from(path, model.task);
    const TextParity parity =
        compare_with_goldens(*loaded.text.encoder, OnTheMean(*loaded.head, 32), load_goldens(path / "goldens"));
    EXPECT_GT(parity.layers.back().relative_error, 5 * kBoundFp32) << model.name;
  }
}

// RoBERTa does not count padding tokens, and a text may hold one: a golden text does.
TEST(ClassifierGoldens, ATextOfRobertasHoldsThePaddingToken) {
  const fs::path path = fs::path(SIGNALBOX_SOURCE_DIR) / "tests/golden" / kRoberta.name;
  const GoldenText golden = load_goldens(path / "goldens").texts[6];
  EXPECT_THAT(golden.ids, testing::Contains(1U));
  EXPECT_EQ(golden.layers.size(), 3U);
}

// What a mistake in config.json cannot do silently; its name is what is said.
TEST(DebertaFolder, TensorsAndConfigurationMustFit) {
  const Mutant kRefused[] = {
      {"pos_key_proj.weight\" is missing", kDeberta, "\"share_att_key\": true", "\"share_att_key\": false"},
      {"tensor \"deberta.encoder.LayerNorm.bias\" is not part", kDeberta, "\"layer_norm\"", "\"none\""},
      {"has shape [16, 32], expected [32, 32]", kDeberta, "\"position_buckets\": 8", "\"position_buckets\": 16"},
  };
  for (const Mutant& mutant : kRefused) {
    const ModelCopy copy(mutant.model.name);
    copy.change("config.json", mutant.from, mutant.to);
    try {
      LoadedClassifier::from(copy.path, mutant.model.task);
      ADD_FAILURE() << mutant.name;
    } catch (const tensor::LoadError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(mutant.name));
    }
  }
}

}  // namespace
}  // namespace signalbox::trust
