// The queue between requests and an encoder, with an encoder that the test holds and releases.
#include "models/encoder_batcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

namespace signalbox::models {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using Clock = EncoderBatcher::Clock;

// hidden[t] = id[t], width 16. Every pass waits until the test lets it go.
class HeldEncoder final : public Encoder {
 public:
  HeldEncoder() {
    config_.hidden = 16;
    config_.heads = 1;
    config_.intermediate = 16;
    config_.positions = 512;
    config_.vocabulary = 1000;
  }

  const EncoderConfig& config() const override { return config_; }

  bool encode(const PackedBatch& batch, EncoderWorkspace& workspace, const PassOptions& options) const override {
    std::unique_lock lock(mutex_);
    sizes_.push_back({});
    for (std::size_t i = 0; i + 1 < batch.starts.size(); ++i)
      sizes_.back().push_back(batch.starts[i + 1] - batch.starts[i]);
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_ || permits_ > 0; });
    if (!open_) --permits_;
    if (broken_) throw std::runtime_error("a broken encoder");
    if (!options.go_on()) return false;
    for (std::size_t t = 0; t < batch.ids.size(); ++t)
      workspace.hidden.data()[t * 16] = static_cast<float>(batch.ids[t]);
    return true;
  }

  void open() {
    set([&] { open_ = true; });
  }
  void let_one_go() {
    set([&] { ++permits_; });
  }
  void break_it() {
    set([&] { broken_ = true; });
  }
  void wait_for_pass(std::size_t n) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sizes_.size() >= n; });
  }
  std::vector<std::vector<std::uint32_t>> sizes() const {
    const std::lock_guard lock(mutex_);
    return sizes_;
  }

 private:
  template <class F>
  void set(F f) {
    const std::lock_guard lock(mutex_);
    f();
    changed_.notify_all();
  }

  EncoderConfig config_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable std::vector<std::vector<std::uint32_t>> sizes_;
  bool open_ = false, broken_ = false;
  mutable int permits_ = 0;
};

struct EncoderBatcherTest : testing::Test {
  using Answer = std::expected<std::vector<float>, EmbedError>;

  ~EncoderBatcherTest() override {
    encoder.open();
    batcher.reset();
  }
  void start(const BatchLimits& limits = {}) { batcher = std::make_unique<EncoderBatcher>(encoder, 512, limits); }

  Answer ask(std::size_t tokens, std::uint32_t id, const EmbedOptions& options = {}) {
    std::vector<float> first;
    const auto done = batcher->run(std::vector<std::uint32_t>(tokens, id), options, [&](std::span<const float> hidden) {
      for (std::size_t t = 0; t < hidden.size(); t += 16) first.push_back(hidden[t]);
    });
    if (!done) return std::unexpected(done.error());
    return first;
  }
  // Asks on a thread of its own and returns when the job is in the queue.
  std::future<Answer> ask_later(std::size_t tokens, std::uint32_t id, const EmbedOptions& options = {}) {
    const std::size_t before = batcher->waiting();
    std::future<Answer> answer = std::async(std::launch::async, [=, this] { return ask(tokens, id, options); });
    while (batcher->waiting() == before) std::this_thread::yield();
    return answer;
  }
  // One job that keeps the only worker busy.
  std::future<Answer> occupy() {
    std::future<Answer> first = std::async(std::launch::async, [this] { return ask(3, 7); });
    encoder.wait_for_pass(1);
    return first;
  }

  HeldEncoder encoder;
  std::unique_ptr<EncoderBatcher> batcher;
};

TEST_F(EncoderBatcherTest, GivesEachCallerItsOwnStates) {
  start();
  auto first = occupy();
  auto a = ask_later(2, 11), b = ask_later(4, 22), c = ask_later(1, 33);
  encoder.open();
  EXPECT_THAT(*a.get(), ElementsAre(11, 11));
  EXPECT_THAT(*b.get(), ElementsAre(22, 22, 22, 22));
  EXPECT_THAT(*c.get(), ElementsAre(33));
  EXPECT_THAT(*first.get(), ElementsAre(7, 7, 7));
  EXPECT_EQ(batcher->passes(), 4U);
  EXPECT_EQ(batcher->batches(), 2U) << "what waited went in one batch";
}

TEST_F(EncoderBatcherTest, ABatchKeepsToItsBudget) {
  start({.max_batch_tokens = 10});
  auto first = occupy();
  std::vector<std::future<Answer>> rest;
  for (std::uint32_t i = 0; i < 4; ++i) rest.push_back(ask_later(4, i));
  encoder.open();
  for (auto& answer : rest) EXPECT_TRUE(answer.get());
  EXPECT_THAT(encoder.sizes(), ElementsAre(ElementsAre(3), ElementsAre(4, 4), ElementsAre(4, 4)));
}

TEST_F(EncoderBatcherTest, ATextAboveTheBudgetIsABatchOfItsOwn) {
  start({.max_batch_tokens = 10});
  auto first = occupy();
  auto lengthy = ask_later(60, 1), small = ask_later(2, 2);
  encoder.open();
  EXPECT_TRUE(lengthy.get());
  EXPECT_TRUE(small.get());
  EXPECT_THAT(encoder.sizes(), ElementsAre(ElementsAre(3), ElementsAre(60), ElementsAre(2)));
}

// Long texts came first; the short one is not behind all of them.
TEST_F(EncoderBatcherTest, ShortTextsTakeTurnsWithLongOnes) {
  start({.max_batch_tokens = 100});
  auto first = occupy();
  std::vector<std::future<Answer>> longs;
  for (std::uint32_t i = 0; i < 4; ++i) longs.push_back(ask_later(100, i));
  auto small = ask_later(5, 9);
  encoder.open();
  EXPECT_TRUE(small.get());
  for (auto& answer : longs) EXPECT_TRUE(answer.get());
  const auto sizes = encoder.sizes();
  const auto turn = std::find_if(sizes.begin(), sizes.end(),
                                 [](const auto& batch) { return batch.front() == 5 || batch.back() == 5; });
  EXPECT_LE(turn - sizes.begin(), 2);
}

// And many short texts do not keep a long one waiting for ever.
TEST_F(EncoderBatcherTest, LongTextsTakeTurnsWithShortOnes) {
  start({.max_batch_tokens = 100});
  auto first = occupy();
  std::vector<std::future<Answer>> shorts;
  for (std::uint32_t i = 0; i < 12; ++i) shorts.push_back(ask_later(50, i));
  auto lengthy = ask_later(90, 9);
  encoder.open();
  EXPECT_TRUE(lengthy.get());
  for (auto& answer : shorts) EXPECT_TRUE(answer.get());
  const auto sizes = encoder.sizes();
  const auto turn = std::find_if(sizes.begin(), sizes.end(), [](const auto& batch) { return batch.front() == 90; });
  EXPECT_LE(turn - sizes.begin(), 3);
}

TEST_F(EncoderBatcherTest, AFullQueueRefusesAtOnce) {
  start({.max_queue = 2});
  auto first = occupy();
  auto a = ask_later(2, 1), b = ask_later(2, 2);
  const Answer refused = ask(2, 3);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, EmbedError::Kind::overloaded);
  EXPECT_EQ(batcher->refused(), 1U);
  encoder.open();
  EXPECT_TRUE(a.get());
  EXPECT_TRUE(b.get());
}

TEST_F(EncoderBatcherTest, ADeadlineInTheQueueIsATimeout) {
  start();
  auto first = occupy();
  const Answer late = ask(2, 1, {.deadline = Clock::now() + 5ms, .cancelled = nullptr});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, EmbedError::Kind::timeout);
  encoder.open();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(ask(1, 5)) << "and the batcher goes on";
}

TEST_F(EncoderBatcherTest, WhatIsGivenUpInTheQueueIsNotEncoded) {
  start();
  auto first = occupy();
  const auto given_up = std::make_shared<std::atomic<bool>>(false);
  auto answer = ask_later(2, 1, {.deadline = Clock::time_point::max(), .cancelled = given_up});
  given_up->store(true);
  encoder.open();
  const Answer result = answer.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, EmbedError::Kind::cancelled);
  EXPECT_EQ(encoder.sizes().size(), 1U);
}

TEST_F(EncoderBatcherTest, WhatIsGivenUpBetweenLayersEndsThePass) {
  start();
  const auto given_up = std::make_shared<std::atomic<bool>>(false);
  std::future<Answer> answer = std::async(
      std::launch::async, [&] { return ask(2, 1, {.deadline = Clock::time_point::max(), .cancelled = given_up}); });
  encoder.wait_for_pass(1);
  given_up->store(true);
  encoder.open();
  EXPECT_EQ(answer.get().error().kind, EmbedError::Kind::cancelled);
  EXPECT_EQ(batcher->passes(), 0U);
}

TEST_F(EncoderBatcherTest, AnEncoderThatThrowsIsAFailureOfTheText) {
  start();
  encoder.break_it();
  encoder.open();
  const Answer answer = ask(2, 1);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, EmbedError::Kind::failed);
  EXPECT_EQ(answer.error().detail, "a broken encoder");
}

TEST_F(EncoderBatcherTest, RefusesNoTokensAndTooMany) {
  start();
  EXPECT_EQ(ask(0, 1).error().kind, EmbedError::Kind::failed);
  EXPECT_EQ(ask(513, 1).error().kind, EmbedError::Kind::failed);
}

TEST_F(EncoderBatcherTest, TheEndAnswersWhoeverWaits) {
  start();
  auto first = occupy();
  auto waiting = ask_later(2, 1);
  std::thread end([this] { batcher.reset(); });
  encoder.open();
  end.join();
  const Answer running = first.get(), queued = waiting.get();
  EXPECT_TRUE(running || running.error().kind == EmbedError::Kind::cancelled);
  ASSERT_TRUE(queued || queued.error().kind == EmbedError::Kind::cancelled);
}

TEST_F(EncoderBatcherTest, SeveralWorkersServeManyCallers) {
  encoder.open();
  start({.threads = 3, .max_batch_tokens = 64, .max_queue = 10'000, .pin = true});
  std::vector<std::thread> callers;
  std::atomic<int> good{0};
  for (std::uint32_t c = 0; c < 8; ++c) {
    callers.emplace_back([&, c] {
      for (std::uint32_t i = 0; i < 200; ++i) {
        const std::size_t tokens = 1 + (c * 31 + i * 7) % 100;
        const Answer answer = ask(tokens, (c * 200 + i) % 1000);
        good += answer && answer->size() == tokens && answer->back() == static_cast<float>((c * 200 + i) % 1000);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(good, 1600);
  EXPECT_EQ(batcher->passes(), 1600U);
}

}  // namespace
}  // namespace signalbox::models
