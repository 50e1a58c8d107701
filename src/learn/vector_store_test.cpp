#include "learn/vector_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "learn/embed_texts.h"
#include "models/fake_embedder.h"
#include "models/head_fixture.h"

namespace signalbox::learn {
namespace {

const std::vector<LabelledText> kTexts{{"one two", "x"}, {"three", "y"}, {"one two", "y"}};

class VectorStoreTest : public testing::Test {
 protected:
  void fill() {
    VectorStore store = VectorStore::open(path_, model_.info()).value();
    ASSERT_TRUE(embed_texts(model_, kTexts, nullptr, &store));
    ASSERT_TRUE(store.save());
  }

  models::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path / "vectors";
  models::FakeEmbedder model_;
};

TEST_F(VectorStoreTest, WhatWasEncodedIsNotEncodedAgain) {
  fill();
  EXPECT_EQ(model_.passes(), 2U);
  VectorStore store = VectorStore::open(path_, model_.info()).value();
  const auto again = embed_texts(model_, kTexts, nullptr, &store);
  EXPECT_EQ(model_.passes(), 2U);
  EXPECT_EQ(again->vectors.values, embed_texts(model_, kTexts, nullptr, nullptr)->vectors.values);
}

TEST_F(VectorStoreTest, AnotherModelsVectorsAreNotUsed) {
  fill();
  models::FakeEmbedder other;
  other.info_.fingerprint = "other";
  VectorStore store = VectorStore::open(path_, other.info()).value();
  ASSERT_TRUE(embed_texts(other, kTexts, nullptr, &store));
  EXPECT_EQ(other.passes(), 2U);
}

TEST_F(VectorStoreTest, CutTextsStayCut) {
  model_.info_.max_tokens = 3;
  fill();
  VectorStore store = VectorStore::open(path_, model_.info()).value();
  EXPECT_EQ(embed_texts(model_, kTexts, nullptr, &store)->cut, 2U);
}

TEST_F(VectorStoreTest, ABrokenFolderSaysWhatToDo) {
  fill();
  std::ofstream(path_ / "vectors.json") << "{";
  EXPECT_THAT(VectorStore::open(path_, model_.info()).error(), testing::HasSubstr("delete the folder"));
}

}  // namespace
}  // namespace signalbox::learn
