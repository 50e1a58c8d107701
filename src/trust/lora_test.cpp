// LoRA adapters merged at load (tests/golden/tiny-lora): proven against peft, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/embedder_loader.h"
#include "trust/model_copy.h"

namespace signalbox::trust {
namespace {

using models::Trust;
using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

struct LoraTest : testing::Test {
  std::string refusal() {
    models::ClassifierRequest asked;
    asked.path = model.path.string();
    const auto opened = loader.open_classifier(asked);
    return opened ? "" : opened.error();
  }
  std::shared_ptr<const models::TextClassifier> open() {
    models::ClassifierRequest asked;
    asked.path = model.path.string();
    const auto opened = loader.open_classifier(asked);
    EXPECT_TRUE(opened) << opened.error();
    return opened ? *opened : nullptr;
  }
  void change(const std::string& from, const std::string& to) { model.change("adapter_config.json", from, to); }

  ModelCopy model{"tiny-lora"};
  EmbedderLoader loader;
};

TEST_F(LoraTest, AnAdapterOverItsBaseIsProven) {
  const auto opened = open();
  EXPECT_EQ(opened->info().trust, Trust::proven) << opened->info().trust_detail;
  EXPECT_THAT(opened->labels(), ElementsAre("benign", "injection", "jailbreak"));
  EXPECT_EQ(opened->info().name, model.path.filename().string());
}

TEST_F(LoraTest, AnotherAdapterThanTheGoldensIsUntrusted) {
  model.flip("adapter_model.safetensors", fs::file_size(model.path / "adapter_model.safetensors") - 2);
  EXPECT_THAT(open()->info().trust_detail, HasSubstr("other files"));
}

TEST_F(LoraTest, AnotherScaleIsUntrusted) {
  const std::string before = open()->info().fingerprint;
  change("\"use_rslora\": true", "\"use_rslora\": false");
  EXPECT_EQ(open()->info().trust, Trust::untrusted);
  EXPECT_NE(open()->info().fingerprint, before);
}

TEST_F(LoraTest, TheBaseMayStandInTheFolderOrBesideIt) {
  change("\"base_model_name_or_path\": \"base\"", "\"base_model_name_or_path\": \"someone/tiny-base\"");
  EXPECT_EQ(open()->info().trust, Trust::proven);
  const fs::path beside = model.path.parent_path() / (model.path.filename().string() + "-base");
  fs::rename(model.path / "base", beside);
  EXPECT_THAT(refusal(), HasSubstr("the adapter's base model \"someone/tiny-base\" is not there"));
  change("someone/tiny-base", "someone/" + beside.filename().string());
  EXPECT_EQ(open()->info().trust, Trust::proven);
  fs::remove_all(beside);
}

TEST_F(LoraTest, WhatCannotBeMergedIsRefusedByName) {
  const std::pair<std::pair<const char*, const char*>, const char*> kRefused[] = {
      {{"\"use_dora\": false", "\"use_dora\": true"}, "\"use_dora\" is set: such an adapter cannot be merged here"},
      {{"\"use_dora\": true", "\"use_dora\": false, \"use_new\": 1"}, "\"use_new\" is set"},
      {{", \"use_new\": 1", ""}, ""},
      {{"\"rank_pattern\": {}", "\"rank_pattern\": {\"query\": 8}"}, "\"rank_pattern\" is set"},
      {{"\"rank_pattern\": {\"query\": 8}", "\"rank_pattern\": {}"}, ""},
      {{"\"bias\": \"none\"", "\"bias\": \"all\""}, "\"bias\" is not none"},
      {{"\"bias\": \"all\"", "\"bias\": \"none\""}, ""},
      {{"\"init_lora_weights\": true", "\"init_lora_weights\": \"pissa\""},
       "is pissa, which changes the base's weights"},
      {{"\"init_lora_weights\": \"pissa\"", "\"init_lora_weights\": true"}, ""},
      {{"\"LORA\"", "\"IA3\""}, "\"peft_type\" is IA3; only LORA"},
      {{"\"IA3\"", "\"LORA\""}, ""},
      {{"\"SEQ_CLS\"", "\"CAUSAL_LM\""}, "\"task_type\" is CAUSAL_LM"},
      {{"\"CAUSAL_LM\"", "\"TOKEN_CLS\""}, "\"task_type\" is that of token classification; asked is sequence"},
      {{"\"TOKEN_CLS\"", "\"SEQ_CLS\""}, ""},
      {{"\"r\": 4", "\"r\": 8"}, "have ranks 4 and 4, adapter_config.json says 8"},
  };
  for (const auto& [change_of, says] : kRefused) {
    change(change_of.first, change_of.second);
    EXPECT_THAT(refusal(), std::string(says).empty() ? testing::Matcher<std::string>("") : HasSubstr(says));
  }
}

TEST_F(LoraTest, TensorsThatDoNotFitAreNamed) {
  model.change("adapter_model.safetensors", "base_model.model.bert.pooler.dense.lora_B.weight",
               "base_model.model.bert.pooler.dense.lora_C.weight");
  EXPECT_THAT(refusal(), HasSubstr("pooler.dense.lora_C.weight\" cannot be merged"));
  model.change("adapter_model.safetensors", "base_model.model.bert.pooler.dense.lora_C.weight",
               "base_model.model.bert.pooler.sense.lora_B.weight");
  EXPECT_THAT(refusal(), HasSubstr("lora_B.weight\" is missing"));
  model.change("adapter_model.safetensors", "base_model.model.bert.pooler.dense.lora_A.weight",
               "base_model.model.bert.pooler.sense.lora_A.weight");
  EXPECT_THAT(refusal(), HasSubstr("pooler.sense.lora_A.weight\" adapts a layer that the base does not have"));
}

TEST_F(LoraTest, ALabelFileMustFitTheAdaptersClassifier) {
  fs::remove(model.path / "label_mapping.json");
  EXPECT_THAT(refusal(), HasSubstr("has shape [3, 32], expected [2, 32]"));
}

TEST_F(LoraTest, ANumberThatIsNotFiniteIsRefused) {
  model.spoil("adapter_model.safetensors", "base_model.model.classifier.bias");
  EXPECT_THAT(refusal(), HasSubstr("holds a number that is not finite"));
}

TEST_F(LoraTest, AMergedModelWithItsAdapterLeftBesideItIsRefused) {
  fs::copy_file(model.path / "base/model.safetensors", model.path / "model.safetensors");
  EXPECT_THAT(refusal(), HasSubstr("holds both model.safetensors and adapter_config.json"));
}

}  // namespace
}  // namespace signalbox::trust
