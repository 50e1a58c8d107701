// Labels in the order of the outputs; files that disagree are refused with both places named.
#include "models/label_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> labels_of(const std::string& config, const std::vector<std::string>& mappings = {}) {
  std::vector<json> parsed;
  for (const std::string& mapping : mappings) parsed.push_back(json::parse(mapping));
  std::vector<LabelFile> files;
  for (const json& one : parsed) files.push_back({"mapping.json", one});
  const json of_config = json::parse(config);
  return agreed_labels({"config.json", of_config}, files);
}

std::string refusal(const std::string& config, const std::vector<std::string>& mappings = {}) {
  try {
    labels_of(config, mappings);
  } catch (const tensor::LoadError& error) {
    return error.what();
  }
  return "";
}

TEST(LabelSet, ConfigNamesThemByNumber) {
  EXPECT_THAT(labels_of(R"({"id2label": {"1": "b", "0": "a", "2": "c"}, "label2id": {"a": 0, "b": 1, "c": 2}})"),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(labels_of(R"({"label2id": {"b": 0, "a": 1}, "num_labels": 2})"), ElementsAre("b", "a"));
}

TEST(LabelSet, TenIsAfterTwo) {
  EXPECT_EQ(labels_of(R"({"id2label": {"0":"a","1":"b","10":"k","2":"c","3":"d","4":"e","5":"f","6":"g","7":"h","8":"i",
                          "9":"j"}})")
                .back(),
            "k");
}

TEST(LabelSet, MappingFilesNameThemWhereConfigDoesNot) {
  EXPECT_THAT(labels_of("{}", {R"({"label_to_idx": {"x": 1, "y": 0}, "idx_to_label": {"0": "y", "1": "x"}})"}),
              ElementsAre("y", "x"));
  EXPECT_THAT(
      labels_of(R"({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}})",
                {R"({"category_to_idx": {"law": 0, "math": 1}, "idx_to_category": {"0": "law", "1": "math"}})"}),
      ElementsAre("law", "math"));
  EXPECT_THAT(labels_of("{}", {R"({"label_to_id": {"benign": 0, "jailbreak": 1}, "id_to_label": {"0": "benign",
                                   "1": "jailbreak"}})"}),
              ElementsAre("benign", "jailbreak"));
}

TEST(LabelSet, NamesThatTransformersMadeUpGiveWay) {
  EXPECT_THAT(labels_of(R"({"id2label": {"0": "a", "1": "b"}, "label2id": {"LABEL_0": 0, "LABEL_1": 1}})"),
              ElementsAre("a", "b"));
  EXPECT_THAT(labels_of("{}"), ElementsAre("LABEL_0", "LABEL_1"));
  EXPECT_THAT(labels_of(R"({"num_labels": 3})"), ElementsAre("LABEL_0", "LABEL_1", "LABEL_2"));
}

TEST(LabelSet, WhatDisagreesIsRefused) {
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a", "1": "b"}, "label2id": {"a": 1, "b": 0}})"),
              HasSubstr(R"(config.json: "label2id" calls label 0 "b" and config.json: "id2label" calls it "a")"));
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a", "1": "b"}})", {R"({"idx_to_label": {"0": "b", "1": "a"}})"}),
              HasSubstr(R"(mapping.json: "idx_to_label" calls label 0 "b")"));
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a", "1": "b"}})", {R"({"idx_to_label": {"0": "a"}})"}),
              HasSubstr(R"("idx_to_label" has 1 labels and config.json: "id2label" has 2)"));
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a", "1": "b"}, "num_labels": 3})"), HasSubstr("\"num_labels\" is 3 and"));
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a", "1": "b"},
                          "label2id": {"LABEL_0": 0, "LABEL_1": 1, "LABEL_2": 2}})"),
              HasSubstr("has 3 labels and"));
}

TEST(LabelSet, WhatIsNoSetOfLabelsIsRefused) {
  EXPECT_THAT(refusal(R"({"id2label": ["a", "b"]})"), HasSubstr("is not an object of 1 to 10000 labels"));
  EXPECT_THAT(refusal(R"({"id2label": {}})"), HasSubstr("is not an object"));
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a", "2": "b"}})"),
              HasSubstr("has no label 1; its numbers must be 0 to 1"));
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a", "x": "b"}})"), HasSubstr("has a key that is not a whole number"));
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a", "99999999999999999999": "b"}})"), HasSubstr("not a whole number"));
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a", "1": "a"}})"), HasSubstr("has the label \"a\" twice"));
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a", "1": ""}})"), HasSubstr("has a name of 0 bytes"));
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a", "1": 1}})"), HasSubstr("gives a number no name"));
  EXPECT_THAT(refusal(R"({"label2id": {"a": 0, "b": 0}})"), HasSubstr("gives number 0 to two labels"));
  EXPECT_THAT(refusal(R"({"label2id": {"a": 0, "b": -1}})"), HasSubstr("no whole number"));
  EXPECT_THAT(refusal(R"({"label2id": {"a": 0, "b": 18446744073709551615}})"), HasSubstr("no whole number"));
  EXPECT_THAT(refusal(R"({"id2label": {"0": "a"}})"), HasSubstr("has one label"));
  EXPECT_THAT(refusal("{}", {"{}"}), HasSubstr("mapping.json: holds none of label_to_idx"));
  EXPECT_THAT(refusal("{}", {"[]"}), HasSubstr("mapping.json: is not a JSON object"));
}

}  // namespace
}  // namespace signalbox::models
