// Workers without a text of their own help with another's, and only then.
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <functional>
#include <future>
#include <latch>
#include <set>
#include <stdexcept>

#include "models/encoder_batcher.h"

namespace signalbox::models {
namespace {

// A pass is what the test says.
class ScriptedEncoder final : public Encoder {
 public:
  using Pass = std::function<void(std::uint32_t first_id, EncoderWorkspace&)>;

  explicit ScriptedEncoder(Pass pass) : pass_(std::move(pass)) {
    config_.hidden = 16;
    config_.heads = 1;
    config_.intermediate = 16;
    config_.positions = 512;
    config_.vocabulary = 1000;
  }

  const EncoderConfig& config() const override { return config_; }
  bool encode(const PackedBatch& batch, EncoderWorkspace& workspace, const PassOptions&) const override {
    pass_(batch.ids.front(), workspace);
    return true;
  }

 private:
  EncoderConfig config_;
  Pass pass_;
};

std::expected<void, EmbedError> ask(EncoderBatcher& batcher, std::uint32_t id, std::size_t tokens = 100) {
  return batcher.run(std::vector<std::uint32_t>(tokens, id), {}, [](std::span<const float>) {});
}

TEST(EncoderBatcherTeam, ALoneTextHasAllWorkers) {
  std::barrier together(3);
  const ScriptedEncoder encoder([&](std::uint32_t, EncoderWorkspace& workspace) {
    workspace.each(3, [&](std::int64_t, EncoderScratch&) { together.arrive_and_wait(); });
  });
  EncoderBatcher batcher(encoder, 512, {.threads = 3});
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(ask(batcher, 1));
}

TEST(EncoderBatcherTeam, ABusyWorkerIsNotWaitedFor) {
  std::latch begun(1), end(1);
  const ScriptedEncoder encoder([&](std::uint32_t id, EncoderWorkspace& workspace) {
    if (id == 7) {
      begun.count_down();
      end.wait();
    }
    std::atomic<int> done{0};
    workspace.each(20, [&](std::int64_t, EncoderScratch&) { ++done; });
    EXPECT_EQ(done, 20);
  });
  EncoderBatcher batcher(encoder, 512, {.threads = 2});
  auto held = std::async(std::launch::async, [&] { return ask(batcher, 7); });
  begun.wait();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(ask(batcher, 1));
  end.count_down();
  EXPECT_TRUE(held.get());
}

// The first text's helper is seen at work; then the first text goes on only when the second one has been answered.
TEST(EncoderBatcherTeam, AHelperLeavesForATextThatWaits) {
  std::barrier together(2);
  std::latch helped(1), answered(1);
  const ScriptedEncoder encoder([&](std::uint32_t id, EncoderWorkspace& workspace) {
    if (id != 7) return;
    workspace.each(2, [&](std::int64_t, EncoderScratch&) { together.arrive_and_wait(); });
    helped.count_down();
    answered.wait();
  });
  EncoderBatcher batcher(encoder, 512, {.threads = 2});
  auto first = std::async(std::launch::async, [&] { return ask(batcher, 7); });
  helped.wait();
  EXPECT_TRUE(ask(batcher, 1));
  answered.count_down();
  EXPECT_TRUE(first.get());
}

TEST(EncoderBatcherTeam, AShortTextIsNotWorthAWakening) {
  const ScriptedEncoder encoder([&](std::uint32_t, EncoderWorkspace& workspace) {
    workspace.each(20, [&](std::int64_t, EncoderScratch& scratch) { EXPECT_EQ(&scratch, &workspace.own); });
  });
  EncoderBatcher batcher(encoder, 512, {.threads = 2});
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(ask(batcher, 1, 15));
}

// How a pass is cut, when every worker is free and when one is not.
TEST(EncoderBatcherTeam, RowsAreCutForTheWorkersThatAreFree) {
  std::latch begun(1), end(1);
  std::mutex mutex;
  std::multiset<std::int64_t> pieces;
  const ScriptedEncoder encoder([&](std::uint32_t id, EncoderWorkspace& workspace) {
    if (id == 7) {
      begun.count_down();
      end.wait();
      return;
    }
    workspace.each_piece(100, [&](std::int64_t, std::int64_t rows, EncoderScratch&) {
      const std::lock_guard lock(mutex);
      pieces.insert(rows);
    });
  });
  EncoderBatcher batcher(encoder, 512, {.threads = 2});
  EXPECT_TRUE(ask(batcher, 1));
  EXPECT_EQ(pieces, (std::multiset<std::int64_t>{48, 52}));
  pieces.clear();
  auto held = std::async(std::launch::async, [&] { return ask(batcher, 7); });
  begun.wait();
  EXPECT_TRUE(ask(batcher, 1));
  EXPECT_EQ(pieces, (std::multiset<std::int64_t>{36, 64}));
  end.count_down();
  EXPECT_TRUE(held.get());
}

TEST(EncoderBatcherTeam, AnErrorInAHelperIsAFailureOfTheText) {
  std::barrier together(2);
  const ScriptedEncoder encoder([&](std::uint32_t, EncoderWorkspace& workspace) {
    workspace.each(2, [&](std::int64_t, EncoderScratch& scratch) {
      together.arrive_and_wait();
      if (&scratch != &workspace.own) throw std::runtime_error("a broken layer");
    });
  });
  EncoderBatcher batcher(encoder, 512, {.threads = 2});
  const auto answer = ask(batcher, 1);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, EmbedError::Kind::failed);
  EXPECT_EQ(answer.error().detail, "a broken layer");
}

}  // namespace
}  // namespace signalbox::models
