#include "signals/request_embeddings.h"

#include <gtest/gtest.h>

#include <latch>
#include <thread>
#include <vector>

#include "models/fake_embedder.h"

namespace signalbox::signals {
namespace {

using models::EmbedError;
using models::EmbedOptions;
using models::FakeEmbedder;

TEST(RequestEmbeddings, EncodeATextOnceAModel) {
  const FakeEmbedder one, other;
  RequestEmbeddings request({});
  const auto first = request.get(one, "text");
  EXPECT_EQ(*first, *request.get(one, std::string("text")));  // the same object
  request.get(other, "text");
  request.get(one, "another");
  EXPECT_EQ(one.passes(), 2U);
  EXPECT_EQ(other.passes(), 1U);
}

TEST(RequestEmbeddings, RememberAFailure) {
  FakeEmbedder model;
  int calls = 0;
  model.on_embed = [&](std::string_view, const EmbedOptions&) { ++calls; };
  model.error = EmbedError{EmbedError::Kind::overloaded, "full"};
  RequestEmbeddings request({});
  EXPECT_EQ(request.get(model, "text").error().kind, EmbedError::Kind::overloaded);
  EXPECT_EQ(request.get(model, "text").error().kind, EmbedError::Kind::overloaded);
  EXPECT_EQ(calls, 1);
}

TEST(RequestEmbeddings, PassOnDeadlineAndCancellation) {
  const auto gone = std::make_shared<std::atomic<bool>>(false);
  const auto deadline = std::chrono::steady_clock::time_point(std::chrono::hours(7));
  FakeEmbedder model;
  EmbedOptions seen;
  model.on_embed = [&](std::string_view, const EmbedOptions& options) { seen = options; };
  RequestEmbeddings request({.deadline = deadline, .cancelled = gone});
  request.get(model, "text");
  EXPECT_EQ(seen.deadline, deadline);
  EXPECT_EQ(seen.cancelled, gone);
}

TEST(RequestEmbeddings, ThreadsThatAskForTheSameTextShareItsPass) {
  const FakeEmbedder model;
  RequestEmbeddings request({});
  std::latch together(4);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        together.arrive_and_wait();
        request.get(model, "text");
      });
    }
  }
  EXPECT_EQ(model.passes(), 1U);
}

}  // namespace
}  // namespace signalbox::signals
