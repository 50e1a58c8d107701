#include "models/embed_many.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace signalbox::models {

namespace {

constexpr std::size_t kAtOnce = 8;  // enough for a batch, few enough to leave room in the queue for others

class Work {
 public:
  Work(std::span<const std::string_view> texts, const EmbedOne& embed)
      : texts_(texts), embed_(embed), vectors_(texts.size()) {}

  void run() {
    for (std::size_t i = next_++; i < texts_.size(); i = next_++) {
      TextEmbedder::Result result = embed_(texts_[i]);
      if (result) {
        vectors_[i] = std::move(*result);
      } else {
        fail(std::move(result.error()));
      }
    }
  }

  std::expected<Vectors, EmbedError> take() {
    if (failed_) return std::unexpected(std::move(*failed_));
    return std::move(vectors_);
  }

 private:
  void fail(EmbedError error) {
    const std::lock_guard lock(mutex_);
    if (!failed_) failed_ = std::move(error);
    next_ = texts_.size();
  }

  std::span<const std::string_view> texts_;
  const EmbedOne& embed_;
  Vectors vectors_;  // each thread writes its own elements
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::optional<EmbedError> failed_;
};

}  // namespace

std::expected<Vectors, EmbedError> embed_many(std::span<const std::string_view> texts, const EmbedOne& embed) {
  Work work(texts, embed);
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(kAtOnce, texts.size()); ++i) helpers.emplace_back([&work] { work.run(); });
    work.run();
  }
  return work.take();
}

}  // namespace signalbox::models
