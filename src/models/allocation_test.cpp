// A pass of a warm encoder allocates nothing of ours. What operator new counts is oneDNN's: 27 for the four products of
// a layer (2.6.3), however many rows they have, and the same in every pass.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <thread>

#include "models/model_config.h"
#include "models/team.h"
#include "models/text_encoder.h"

namespace {
std::atomic<std::size_t> allocations{0};
}

// Sanitizers replace these themselves and count nothing for us.
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#define SIGNALBOX_COUNTS_ALLOCATIONS 1
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto step = static_cast<std::size_t>(alignment);
  if (void* const memory = std::aligned_alloc(step, (size + step - 1) / step * step)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
#endif

namespace signalbox::models {
namespace {

std::size_t allocations_of_a_pass(const TextEncoder& encoder, EncoderWorkspace& workspace, std::size_t tokens) {
  const std::vector<std::uint32_t> ids(tokens, 7);
  workspace.pack.clear();
  workspace.pack.add(ids);
  const std::size_t before = allocations;
  encoder.encode(workspace.pack.batch(), workspace, {});
  return allocations - before;
}

TEST(Allocation, AWarmPassAllocatesNothingOfOurs) {
#ifndef SIGNALBOX_COUNTS_ALLOCATIONS
  GTEST_SKIP() << "a sanitizer owns operator new";
#endif
  const ModelFolder folder = read_model_folder(std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/golden/tiny-bert");
  const tensor::SafetensorsFile file(folder.weights);
  const std::unique_ptr<TextEncoder> encoder = make_text_encoder(folder.encoder, file);
  EncoderWorkspace workspace(folder.encoder, 300);
  Team team([] {});
  for (Team* const shared : {static_cast<Team*>(nullptr), &team}) {
    workspace.share(shared, 2);  // cut for two threads, of which one does not come
    for (const std::size_t tokens : std::initializer_list<std::size_t>{16, 64, 100, 300}) {
      allocations_of_a_pass(*encoder, workspace, tokens);
      const std::size_t second = allocations_of_a_pass(*encoder, workspace, tokens);
      EXPECT_EQ(second, allocations_of_a_pass(*encoder, workspace, tokens)) << tokens;
      const std::size_t pieces = shared == nullptr ? (tokens + 63) / 64 : 2 * ((tokens + 127) / 128);
      EXPECT_LE(second, 7 * 3 * 4 * pieces) << tokens;  // layers, products
    }
  }
}

TEST(Allocation, SharingAStepAllocatesNothing) {
#ifndef SIGNALBOX_COUNTS_ALLOCATIONS
  GTEST_SKIP() << "a sanitizer owns operator new";
#endif
  EncoderConfig config;
  config.hidden = config.intermediate = 16;
  config.heads = config.positions = 1;
  Team team([] {});
  std::atomic<int> stage{0};
  std::thread helper([&] {
    EncoderScratch scratch(config, 1);
    stage = 1;
    while (stage == 1) team.help(scratch, [&] { return stage != 1; });
  });
  EncoderScratch own(config, 1);
  while (stage == 0) std::this_thread::yield();
  std::atomic<std::int64_t> sum{0};
  const std::size_t before = allocations;
  for (int step = 0; step < 1000; ++step) team.lead(8, own, [&](std::int64_t item, EncoderScratch&) { sum += item; });
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(sum, 28'000);
  stage = 2;
  helper.join();
}

}  // namespace
}  // namespace signalbox::models
