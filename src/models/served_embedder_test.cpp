// A whole model folder under many callers and several workers: what ThreadSanitizer looks at (tests/golden/tiny-bert).
#include "models/served_embedder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <latch>
#include <thread>

namespace signalbox::models {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/golden/tiny-bert";
constexpr std::size_t kTexts = 12, kCallers = 6;

std::unique_ptr<ServedEmbedder> serve(const BatchLimits& limits) {
  ModelInfo info;
  LoadedEncoder loaded = LoadedEncoder::from(kFolder);
  info.dimension = static_cast<std::uint32_t>(loaded.encoder->config().hidden);
  info.max_tokens = loaded.max_tokens;
  return std::make_unique<ServedEmbedder>(std::move(loaded), std::move(info), limits);
}

// Short and long ones: both lanes, several blocks of rows.
std::string text_of(std::size_t n) {
  std::string text = "text";
  for (std::size_t i = 0; i < 2 * n * n; ++i) text += " word" + std::to_string(i % 7);
  return text;
}

float largest_difference(const TextEmbedding& a, const TextEmbedding& b) {
  float largest = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) largest = std::max(largest, std::abs(a.values[i] - b.values[i]));
  return largest;
}

TEST(ServedEmbedder, ManyCallersAndWorkersGiveTheVectorsOfOne) {
  std::vector<std::shared_ptr<const TextEmbedding>> alone;
  {
    const auto embedder = serve({.threads = 1});
    for (std::size_t n = 0; n < kTexts; ++n) alone.push_back(*embedder->embed(text_of(n), {}));
  }
  const auto embedder = serve({.threads = 3});
  std::latch together(kCallers + 1);
  std::vector<float> differences(kCallers, 0);
  {
    std::vector<std::jthread> callers;
    for (std::size_t caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&, caller] {
        together.arrive_and_wait();
        for (std::size_t i = 0; i < kTexts; ++i) {
          const std::size_t n = (i + caller) % kTexts;
          const TextEmbedder::Result vector = embedder->embed(text_of(n), {});
          differences[caller] =
              vector ? std::max(differences[caller], largest_difference(**vector, *alone[n])) : INFINITY;
        }
      });
    }
    together.arrive_and_wait();
    serve({.threads = 2});  // a reload opens another model meanwhile, and lets go of it
  }
  for (const float difference : differences) EXPECT_LT(difference, 1e-5F);
  EXPECT_EQ(embedder->passes(), kTexts * kCallers);
}

}  // namespace
}  // namespace signalbox::models
