#include "models/embedding_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <thread>

#include "models/fake_embedder.h"

namespace signalbox::models {
namespace {

using Source = EmbeddingCache::Source;
using namespace std::chrono_literals;

constexpr std::size_t kPlenty = 1u << 20;

TEST(EmbeddingCache, EncodesATextOnce) {
  const FakeEmbedder model;
  EmbeddingCache cache(kPlenty);
  const auto first = cache.get(model, "a bug in python", {});
  const auto second = cache.get(model, "a bug in python", {});
  EXPECT_EQ(first.source, Source::encoded);
  EXPECT_EQ(second.source, Source::cached);
  EXPECT_EQ(*first.result, *second.result);  // the same object
  EXPECT_EQ(model.passes(), 1U);
}

TEST(EmbeddingCache, ModelsDoNotShareVectors) {
  FakeEmbedder one, other;
  other.info_.fingerprint = "other";
  EmbeddingCache cache(kPlenty);
  cache.get(one, "text", {});
  EXPECT_EQ(cache.get(other, "text", {}).source, Source::encoded);
}

// "ab" + "c" and "a" + "bc" are different things.
TEST(EmbeddingCache, FingerprintAndTextDoNotRunTogether) {
  FakeEmbedder one, other;
  one.info_.fingerprint = "ab";
  other.info_.fingerprint = "a";
  EmbeddingCache cache(kPlenty);
  cache.get(one, "c", {});
  EXPECT_EQ(cache.get(other, "bc", {}).source, Source::encoded);
}

TEST(EmbeddingCache, LetsTheLeastRecentlyUsedGo) {
  const FakeEmbedder model;
  EmbeddingCache cache(kPlenty);
  cache.get(model, "one", {});
  const std::size_t each = cache.size().bytes;
  cache.set_max_bytes(2 * each);
  cache.get(model, "two", {});
  cache.get(model, "one", {});    // used again
  cache.get(model, "three", {});  // pushes "two" out
  EXPECT_EQ(cache.size().entries, 2U);
  EXPECT_LE(cache.size().bytes, 2 * each);
  EXPECT_EQ(cache.get(model, "one", {}).source, Source::cached);
  EXPECT_EQ(cache.get(model, "two", {}).source, Source::encoded);
}

TEST(EmbeddingCache, KeepsNothingInNoMemory) {
  const FakeEmbedder model;
  EmbeddingCache cache(0);
  cache.get(model, "text", {});
  EXPECT_EQ(cache.get(model, "text", {}).source, Source::encoded);
  EXPECT_EQ(cache.size().entries, 0U);
}

TEST(EmbeddingCache, ShrinksWhenItsBoundDoes) {
  const FakeEmbedder model;
  EmbeddingCache cache(kPlenty);
  for (int i = 0; i < 20; ++i) cache.get(model, std::to_string(i), {});
  const std::size_t bytes = cache.size().bytes;
  cache.set_max_bytes(bytes / 4);
  EXPECT_LE(cache.size().bytes, bytes / 4);
  EXPECT_EQ(cache.size().entries, 5U);
}

TEST(EmbeddingCache, ErrorsAreNotRemembered) {
  FakeEmbedder model;
  model.error = EmbedError{EmbedError::Kind::overloaded, "the queue is full"};
  EmbeddingCache cache(kPlenty);
  EXPECT_EQ(cache.get(model, "text", {}).result.error().kind, EmbedError::Kind::overloaded);
  model.error.reset();
  EXPECT_TRUE(cache.get(model, "text", {}).result.has_value());
}

TEST(EmbeddingCache, AnExceptionOfTheEncoderIsAFailure) {
  FakeEmbedder model;
  model.on_embed = [](std::string_view, const EmbedOptions&) { throw std::runtime_error("secret text"); };
  EmbeddingCache cache(kPlenty);
  const auto answer = cache.get(model, "text", {});
  ASSERT_FALSE(answer.result.has_value());
  EXPECT_EQ(answer.result.error().kind, EmbedError::Kind::failed);
  EXPECT_THAT(answer.result.error().detail, testing::Not(testing::HasSubstr("secret")));
  model.on_embed = nullptr;
  EXPECT_TRUE(cache.get(model, "text", {}).result.has_value());  // nobody waits for the pass that failed
}

// Somebody encodes "text" and is held until the test lets go.
class HeldPass {
 public:
  explicit HeldPass(EmbeddingCache& cache, std::optional<EmbedError> end = std::nullopt) : end_(std::move(end)) {
    model_.on_embed = [this](std::string_view, const EmbedOptions&) {
      if (calls_++ > 0) return;
      begun_.count_down();
      release_.wait();
    };
    thread_ = std::jthread([this, &cache] { first_ = cache.get(End{*this}, "text", {}); });
    begun_.wait();
  }
  ~HeldPass() { let_go(); }

  void let_go() {
    if (!let_go_) release_.count_down();
    let_go_ = true;
    if (thread_.joinable()) thread_.join();
  }
  const FakeEmbedder& model() const { return model_; }

 private:
  // The first pass ends with an error, when there is one.
  struct End final : TextEmbedder {
    explicit End(HeldPass& h) : held(h) {}
    const ModelInfo& info() const override { return held.model_.info(); }
    Result embed(std::string_view text, const EmbedOptions& options) const override {
      Result result = held.model_.embed(text, options);
      return held.end_ ? Result(std::unexpected(*held.end_)) : result;
    }
    std::uint32_t count_tokens(std::string_view text) const override { return held.model_.count_tokens(text); }
    std::uint64_t passes() const override { return held.model_.passes(); }
    HeldPass& held;
  };

  std::optional<EmbedError> end_;
  FakeEmbedder model_;
  std::atomic<int> calls_{0};
  std::latch begun_{1}, release_{1};
  bool let_go_ = false;
  EmbeddingCache::Answer first_;
  std::jthread thread_;
};

TEST(EmbeddingCache, EqualTextsAtTheSameTimeAreEncodedOnce) {
  EmbeddingCache cache(kPlenty);
  HeldPass held(cache);
  std::vector<EmbeddingCache::Answer> answers(4);
  std::vector<std::jthread> waiters;
  for (auto& answer : answers) waiters.emplace_back([&] { answer = cache.get(held.model(), "text", {}); });
  held.let_go();
  waiters.clear();
  for (const auto& answer : answers) {
    EXPECT_TRUE(answer.result.has_value());
    EXPECT_NE(answer.source, Source::encoded);
  }
  EXPECT_EQ(held.model().passes(), 1U);
}

TEST(EmbeddingCache, AWaiterKeepsItsOwnDeadline) {
  EmbeddingCache cache(kPlenty);
  HeldPass held(cache);
  const auto answer =
      cache.get(held.model(), "text", {.deadline = std::chrono::steady_clock::now() + 1ms, .cancelled = {}});
  ASSERT_FALSE(answer.result.has_value());
  EXPECT_EQ(answer.result.error().kind, EmbedError::Kind::timeout);
}

TEST(EmbeddingCache, AWaiterCanBeCancelled) {
  EmbeddingCache cache(kPlenty);
  HeldPass held(cache);
  const auto answer = cache.get(held.model(), "text", {.cancelled = std::make_shared<std::atomic<bool>>(true)});
  ASSERT_FALSE(answer.result.has_value());
  EXPECT_EQ(answer.result.error().kind, EmbedError::Kind::cancelled);
}

// Bug to guard against: a client that leaves must not take others' vectors with it.
TEST(EmbeddingCache, AWaiterTakesOverFromACancelledPass) {
  EmbeddingCache cache(kPlenty);
  HeldPass held(cache, EmbedError{EmbedError::Kind::cancelled, "its client left"});
  EmbeddingCache::Answer answer;
  std::jthread waiter([&] { answer = cache.get(held.model(), "text", {}); });
  held.let_go();
  waiter.join();
  EXPECT_TRUE(answer.result.has_value());
  EXPECT_EQ(answer.source, Source::encoded);
}

TEST(EmbeddingCache, OtherTextsDoNotWait) {
  EmbeddingCache cache(kPlenty);
  HeldPass held(cache);
  EXPECT_TRUE(cache.get(held.model(), "another", {}).result.has_value());
}

}  // namespace
}  // namespace signalbox::models
