#include "trust/verdict_store.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "trust/embedder_loader.h"
#include "trust/model_copy.h"

namespace signalbox::trust {
namespace {

namespace fs = std::filesystem;

struct VerdictStoreTest : testing::Test {
  VerdictStoreTest() {
    std::string name = (fs::temp_directory_path() / "verdicts_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    parent = name;
  }
  ~VerdictStoreTest() override { fs::remove_all(parent); }
  fs::path only_file() const { return fs::directory_iterator(folder())->path(); }
  fs::path folder() const { return parent / "verdicts"; }

  fs::path parent;
};

TEST_F(VerdictStoreTest, WhatPassedIsKnownAtTheNextStart) {
  const VerdictStore store(folder());
  EXPECT_FALSE(store.passed("goldens abc"));
  store.keep("goldens abc", "worst 3e-7");
  EXPECT_EQ(VerdictStore(folder()).passed("goldens abc"), "worst 3e-7");
  EXPECT_FALSE(VerdictStore(folder()).passed("goldens abd"));
  EXPECT_EQ(fs::status(folder()).permissions(), fs::perms::owner_all);
}

TEST_F(VerdictStoreTest, WithoutAFolderNothingIs) {
  for (const VerdictStore& store : {VerdictStore(), VerdictStore("")}) {
    store.keep("goldens abc", "");
    EXPECT_FALSE(store.passed("goldens abc"));
  }
}

// Who can write there could have any model believed.
TEST_F(VerdictStoreTest, AFolderThatOthersMayWriteIsNotBelieved) {
  VerdictStore(folder()).keep("goldens abc", "");
  ASSERT_TRUE(VerdictStore(folder()).passed("goldens abc"));
  fs::permissions(folder(), fs::perms::owner_all | fs::perms::group_write);
  EXPECT_FALSE(VerdictStore(folder()).passed("goldens abc"));
}

TEST_F(VerdictStoreTest, APartOfAFileIsNotBelieved) {
  VerdictStore(folder()).keep("goldens abc", "worst 3e-7");
  fs::resize_file(only_file(), fs::file_size(only_file()) - 4);
  EXPECT_FALSE(VerdictStore(folder()).passed("goldens abc"));
}

TEST_F(VerdictStoreTest, AnotherBuildsWordIsNotTaken) {
  VerdictStore(folder()).keep("goldens abc", "worst 3e-7");
  std::ifstream in(only_file());
  std::string text{std::istreambuf_iterator<char>(in), {}};
  text.replace(text.find("build ") + 6, 4, "0000");
  std::ofstream(only_file(), std::ios::trunc) << text;
  EXPECT_FALSE(VerdictStore(folder()).passed("goldens abc"));
}

// Proven at the first start, and at the second without a pass; other goldens are another question.
TEST_F(VerdictStoreTest, ALoaderAsksTheGoldensOnce) {
  const ModelCopy copy("trained-siglip");
  models::EmbedderRequest asked;
  asked.path = copy.path.string();
  const auto passes_of_a_start = [&] {
    EmbedderLoader loader(GroundTruthCheck::on, VerdictStore(folder()));
    const auto joint = loader.open_joint(asked);
    EXPECT_TRUE(joint) << joint.error();
    EXPECT_EQ(joint->images->info().trust, models::Trust::proven);
    EXPECT_EQ(joint->text->info().trust, models::Trust::proven);
    EXPECT_FALSE(joint->images->info().trust_detail.empty());
    return joint->images->passes();
  };
  EXPECT_EQ(passes_of_a_start(), 21U);
  EXPECT_EQ(passes_of_a_start(), 0U);
  copy.flip("model.safetensors", fs::file_size(copy.path / "model.safetensors") - 2);
  EmbedderLoader loader(GroundTruthCheck::on, VerdictStore(folder()));
  const auto changed = loader.open_joint(asked);
  ASSERT_TRUE(changed) << changed.error();
  EXPECT_EQ(changed->images->info().trust, models::Trust::untrusted);
}

}  // namespace
}  // namespace signalbox::trust
