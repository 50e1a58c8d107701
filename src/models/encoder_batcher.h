// Micro-batching: encoder passes for many requests on a few threads, with a bounded queue.
//
// A batch is the oldest job and whatever else fits into the token budget; sequences are packed, so nothing is padded.
// Short and long texts have queues of their own, which take turns by the tokens they were served: a long text waits for
// few short ones and a short one for one long batch at most. A job owns its ids: its request may go away at any time.
// A worker without a text of its own helps another one with its batch, and leaves it as soon as a text waits: a lone
// text has all workers, many texts have one each.
// run() blocks its caller; any thread may call, but the workers' own. Destruction ends what runs between two layers and
// fails what waits.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "models/encoder.h"
#include "models/team.h"
#include "models/text_embedder.h"

namespace signalbox::models {

struct BatchLimits {
  std::uint32_t threads = 1;             // workers, each with a workspace of its own; what one text may use
  std::uint32_t max_batch_tokens = 256;  // a longer text is a batch of its own
  std::uint32_t max_queue = 512;         // sequences that wait; above it: overloaded
  bool pin = false;                      // worker i to the i-th processor this process may use
};

// What a caller wants of its sequence: gets Encoder::result(), runs on the worker, must not block.
using HiddenReader = std::function<void(std::span<const float> result)>;

class EncoderBatcher {
 public:
  using Clock = std::chrono::steady_clock;
  using Now = std::function<Clock::time_point()>;

  // `encoder` must outlive it. Sequences have at most max_tokens tokens.
  EncoderBatcher(const Encoder& encoder, std::uint32_t max_tokens, const BatchLimits& limits, Now now = Clock::now);
  ~EncoderBatcher();

  // Encodes one text (special tokens included) and gives its hidden states, [tokens, hidden], to `read` before it
  // returns.
  std::expected<void, EmbedError> run(std::vector<std::uint32_t> ids, const EmbedOptions& options, HiddenReader read);
  // The same of a sequence that is no text: its numbers, laid out as the encoder says, and the tokens it becomes.
  std::expected<void, EmbedError> run(std::vector<float> input, std::uint32_t tokens, const EmbedOptions& options,
                                      HiddenReader read);

  std::uint64_t passes() const { return passes_.load(std::memory_order_relaxed); }
  std::uint64_t batches() const { return batches_.load(std::memory_order_relaxed); }
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  std::size_t waiting() const;

 private:
  struct Job;
  struct Lane {
    std::deque<std::shared_ptr<Job>> jobs;
    std::uint64_t served = 0;  // tokens; the lane with less of them is next
  };
  using Batch = std::vector<std::shared_ptr<Job>>;

  // What a worker does next: an empty batch and no team end it.
  struct Errand {
    Batch batch;
    std::uint32_t threads = 1;  // with which the batch may reckon
    Team* team = nullptr;       // to be helped
  };
  std::expected<void, EmbedError> run(std::shared_ptr<Job> job);
  void work(std::uint32_t worker);
  bool wait_for_errand(Errand& errand);
  Team* team_with_items() const;
  void serve(Errand& errand, Team& team, EncoderWorkspace& workspace);
  void fill(Batch& batch);
  // False: it did not run to its end, and its jobs have been told.
  bool encode(const Batch& batch, EncoderWorkspace& workspace);
  void hand_out(const Batch& batch, EncoderWorkspace& workspace);
  bool wanted(const Job& job) const;

  const Encoder& encoder_;
  const BatchLimits limits_;
  const std::uint32_t max_tokens_;
  const Now now_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  Lane lanes_[2];                        // short, long
  std::atomic<std::size_t> waiting_{0};  // jobs in both; written under the lock
  std::uint32_t busy_ = 0;               // workers with a batch
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> passes_{0}, batches_{0}, refused_{0};
  std::vector<std::unique_ptr<Team>> teams_;  // one for each worker, which leads it
  std::vector<std::thread> workers_;
};

}  // namespace signalbox::models
