// Our forward pass against transformers', on the goldens in tests/golden. One text, several texts in one pass, and
// broken weights.
#include "trust/text_parity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "models/pooling.h"
#include "trust/precision.h"

namespace signalbox::trust {
namespace {

const std::filesystem::path kTiny = std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/golden/tiny-bert";

struct TinyBert : testing::Test {
  models::ModelFolder folder = models::read_model_folder(kTiny);
  tensor::SafetensorsFile file{folder.weights};
  std::unique_ptr<models::TextEncoder> encoder = models::make_text_encoder(folder.encoder, file);
  Goldens goldens = load_goldens(kTiny / "goldens");
};

TEST_F(TinyBert, EveryLayerIsTheReferences) {
  const TextParity parity = compare_with_goldens(*encoder, goldens);
  ASSERT_EQ(parity.layers.size(), 5U);
  EXPECT_EQ(parity.layers[1].texts, 10U);
  EXPECT_EQ(parity.layers.back().texts, 200U);
  EXPECT_TRUE(parity.passes(kBoundFp32)) << parity.summary(kBoundFp32);
  EXPECT_GE(parity.lowest_cosine, 0.999999);
}

TEST_F(TinyBert, AnotherActivationMissesTheBoundFivefold) {
  models::EncoderConfig config = folder.encoder;
  config.activation = models::Activation::gelu_tanh;
  const TextParity parity = compare_with_goldens(*models::make_text_encoder(config, file), goldens);
  EXPECT_GT(parity.layers.back().relative_error, 5 * kBoundFp32);
}

TEST_F(TinyBert, AnotherPoolingMissesTheBoundFivefold) {
  goldens.pooling = models::Pooling::cls;
  EXPECT_GT(compare_with_goldens(*encoder, goldens).layers.back().relative_error, 5 * kBoundFp32);
}

TEST_F(TinyBert, AnotherEpsilonIsNoticed) {
  models::EncoderConfig config = folder.encoder;
  config.epsilon = 1e-3F;
  EXPECT_GT(compare_with_goldens(*models::make_text_encoder(config, file), goldens).layers.back().relative_error,
            kBoundFp32);
}

// All texts in one pass, in one order and in the other: the neighbours do not matter.
TEST_F(TinyBert, AVectorDoesNotDependOnItsBatch) {
  std::vector<std::uint32_t> ids, starts{0};
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < goldens.texts.size(); i += 3) order.push_back(i);
  for (int turn = 0; turn < 2; ++turn) {
    ids.clear();
    starts = {0};
    for (const std::size_t i : order) {
      ids.insert(ids.end(), goldens.texts[i].ids.begin(), goldens.texts[i].ids.end());
      starts.push_back(static_cast<std::uint32_t>(ids.size()));
    }
    const std::vector<std::uint32_t> types(ids.size(), 0);
    models::EncoderWorkspace all(encoder->config(), static_cast<std::int64_t>(ids.size()));
    ASSERT_TRUE(encoder->encode({ids, types, starts}, all, {}));
    models::EncoderWorkspace alone(encoder->config(), 300);
    for (std::size_t n = 0; n < order.size(); ++n) {
      const std::vector<std::uint32_t>& own = goldens.texts[order[n]].ids;
      const std::vector<std::uint32_t> range{0, static_cast<std::uint32_t>(own.size())};
      ASSERT_TRUE(encoder->encode({own, types, range}, alone, {}));
      std::vector<float> a(64), b(64);
      models::pool(goldens.pooling, {all.hidden.data() + starts[n] * 64, own.size() * 64}, 64, a);
      models::pool(goldens.pooling, {alone.hidden.data(), own.size() * 64}, 64, b);
      for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-6) << "text " << order[n];
    }
    std::reverse(order.begin(), order.end());
  }
}

TEST_F(TinyBert, Int8AndBf16StayCloseToFp32) {
  for (const tensor::Arithmetic arithmetic : {tensor::Arithmetic::int8, tensor::Arithmetic::bf16}) {
    if (!tensor::is_supported(arithmetic)) continue;
    const std::unique_ptr<models::TextEncoder> other = models::make_text_encoder(folder.encoder, file, arithmetic);
    const TextParity parity = compare_with_goldens(*other, goldens);
    EXPECT_TRUE(passes(arithmetic, parity)) << tensor::to_string(arithmetic) << " " << parity.lowest_cosine;
    EXPECT_FALSE(parity.passes(kBoundFp32)) << tensor::to_string(arithmetic) << " is not another arithmetic";
  }
}

TEST_F(TinyBert, APassEndsBetweenLayers) {
  const GoldenText& golden = goldens.texts.front();
  const std::vector<std::uint32_t> types(golden.ids.size(), 0),
      starts{0, static_cast<std::uint32_t>(golden.ids.size())};
  models::EncoderWorkspace workspace(encoder->config(), 300);
  int asked = 0;
  EXPECT_FALSE(
      encoder->encode({golden.ids, types, starts}, workspace, {.go_on = [&] { return ++asked < 2; }, .observe = {}}));
  EXPECT_EQ(asked, 2);
}

// The model that `make models` fetches; scripts/test.sh fetches it before this runs.
TEST(MiniLm, EveryVectorIsTheReferences) {
  const std::filesystem::path path = std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "models/all-MiniLM-L6-v2";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "models/all-MiniLM-L6-v2 is missing: run make models";
  const models::ModelFolder folder = models::read_model_folder(path);
  const tensor::SafetensorsFile file(folder.weights);
  const TextParity parity =
      compare_with_goldens(*models::make_text_encoder(folder.encoder, file), load_goldens(path / "goldens"));
  EXPECT_EQ(parity.layers.back().texts, 200U);
  EXPECT_TRUE(parity.passes(kBoundFp32)) << parity.summary(kBoundFp32);
}

}  // namespace
}  // namespace signalbox::trust
