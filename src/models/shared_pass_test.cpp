// One pass on several threads against the same pass on one.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <thread>
#include <vector>

#include "models/architecture.h"
#include "models/model_config.h"
#include "models/team.h"
#include "models/text_encoder.h"

namespace signalbox::models {
namespace {

const std::filesystem::path kGoldens = std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/golden";

struct Case {
  const char* folder;
  tensor::Arithmetic arithmetic;
};

class SharedPass : public testing::TestWithParam<Case> {
 protected:
  static constexpr std::int64_t kTokens = 300;

  std::vector<float> states(EncoderWorkspace& workspace, const std::vector<std::size_t>& lengths) const {
    workspace.pack.clear();
    std::uint32_t next = 0;
    for (const std::size_t length : lengths) {
      std::vector<std::uint32_t> ids(std::min(length, static_cast<std::size_t>(encoder->config().positions)));
      for (std::uint32_t& id : ids) id = (next += 7919) % static_cast<std::uint32_t>(encoder->config().vocabulary);
      workspace.pack.add(ids);
    }
    const PackedBatch batch = workspace.pack.batch();
    EXPECT_TRUE(encoder->encode(batch, workspace, {}));
    const float* const hidden = workspace.hidden.data();
    return {hidden, hidden + batch.tokens() * encoder->config().hidden};
  }

  ModelFolder folder = read_model_folder(kGoldens / GetParam().folder);
  tensor::SafetensorsFile file{folder.weights};
  tensor::Weights weights{file};
  // Not make_text_encoder(), which refuses the heads of classifiers.
  std::unique_ptr<TextEncoder> encoder =
      find_architecture(folder.encoder.model_type)->make(folder.encoder, weights, GetParam().arithmetic);
};

TEST_P(SharedPass, GivesTheSameStates) {
  Team team([] {});
  std::atomic<bool> done{false};
  std::vector<std::thread> helpers;
  for (int i = 0; i < 2; ++i) {
    helpers.emplace_back([&] {
      EncoderScratch scratch(encoder->config(), kTokens);
      while (!done) team.help(scratch, [&] { return done.load(); });
    });
  }
  EncoderWorkspace alone(encoder->config(), kTokens), shared(encoder->config(), kTokens);
  for (const std::vector<std::size_t>& lengths : std::initializer_list<std::vector<std::size_t>>{
           {1}, {2}, {16}, {17}, {33}, {64}, {130}, {299}, {3, 1, 12}, {40, 5, 90, 1}, {100, 100, 100}}) {
    const std::vector<float> expected = states(alone, lengths);
    for (const std::uint32_t threads : {1U, 2U, 3U, 8U}) {
      shared.share(&team, threads);
      const std::vector<float> ours = states(shared, lengths);
      ASSERT_EQ(ours.size(), expected.size());
      double difference = 0, norm = 0;
      for (std::size_t i = 0; i < ours.size(); ++i) {
        difference += std::pow(static_cast<double>(ours[i]) - expected[i], 2);
        norm += std::pow(static_cast<double>(expected[i]), 2);
      }
      EXPECT_LE(std::sqrt(difference / norm), 1e-6) << lengths.front() << " tokens for " << threads << " threads";
    }
  }
  done = true;
  for (std::thread& helper : helpers) helper.join();
}

INSTANTIATE_TEST_SUITE_P(Models, SharedPass,
                         testing::Values(Case{"tiny-bert", tensor::Arithmetic::fp32},
                                         Case{"tiny-bert", tensor::Arithmetic::int8},
                                         Case{"tiny-modernbert", tensor::Arithmetic::fp32},
                                         Case{"tiny-modernbert", tensor::Arithmetic::int8},
                                         Case{"tiny-qwen3", tensor::Arithmetic::fp32},
                                         Case{"tiny-qwen3", tensor::Arithmetic::int8},
                                         Case{"tiny-roberta-sequence", tensor::Arithmetic::fp32},
                                         Case{"tiny-deberta-token", tensor::Arithmetic::fp32},
                                         Case{"tiny-deberta-token", tensor::Arithmetic::int8}),
                         [](const auto& info) {
                           std::string name = info.param.folder;
                           std::erase(name, '-');
                           return name + "_" + std::string(tensor::to_string(info.param.arithmetic));
                         });

}  // namespace
}  // namespace signalbox::models
