#include "models/encoder_batcher.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace signalbox::models {
namespace {

constexpr std::size_t kShortTokens = 64;   // up to which a text belongs to the short lane
constexpr std::size_t kSharedTokens = 16;  // from which a batch is worth the wakening of another thread

// The n-th processor that this process may use, counted round.
void pin_to(std::uint32_t n) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) == 0) return;
  int left = static_cast<int>(n) % CPU_COUNT(&allowed);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || left-- != 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    pthread_setaffinity_np(pthread_self(), sizeof one, &one);
    return;
  }
}

}  // namespace

// Shared by its caller, who waits, and the worker. Whoever is last frees it.
struct EncoderBatcher::Job {
  std::vector<std::uint32_t> ids;  // of a text
  std::vector<float> input;        // of anything else
  std::size_t tokens = 0;
  Clock::time_point deadline;
  std::shared_ptr<const std::atomic<bool>> cancelled;
  HiddenReader read;

  std::mutex mutex;
  std::condition_variable changed;
  bool abandoned = false;  // its caller is gone: `read` must not be called
  std::optional<std::expected<void, EmbedError>> result;

  void finish(std::expected<void, EmbedError> with) {
    const std::lock_guard lock(mutex);
    result = std::move(with);
    changed.notify_all();
  }
};

EncoderBatcher::EncoderBatcher(const Encoder& encoder, std::uint32_t max_tokens, const BatchLimits& limits, Now now)
    : encoder_(encoder), limits_(limits), max_tokens_(max_tokens), now_(std::move(now)) {
  const std::uint32_t threads = std::max(1U, limits.threads);
  for (std::uint32_t i = 0; i < threads; ++i) {
    teams_.push_back(std::make_unique<Team>([this] {
      // Under the lock: whoever is about to sleep has looked before or will look after.
      const std::lock_guard lock(mutex_);
      arrived_.notify_all();
    }));
  }
  for (std::uint32_t i = 0; i < threads; ++i) workers_.emplace_back([this, i] { work(i); });
}

EncoderBatcher::~EncoderBatcher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  for (Lane& lane : lanes_) {
    for (const std::shared_ptr<Job>& job : lane.jobs) {
      job->finish(std::unexpected(EmbedError{EmbedError::Kind::cancelled, "the encoder is being shut down"}));
    }
  }
}

std::size_t EncoderBatcher::waiting() const {
  return waiting_.load();
}

std::expected<void, EmbedError> EncoderBatcher::run(std::vector<std::uint32_t> ids, const EmbedOptions& options,
                                                    HiddenReader read) {
  auto job = std::make_shared<Job>();
  job->tokens = ids.size();
  job->ids = std::move(ids);
  job->deadline = options.deadline;
  job->cancelled = options.cancelled;
  job->read = std::move(read);
  return run(std::move(job));
}

std::expected<void, EmbedError> EncoderBatcher::run(std::vector<float> input, std::uint32_t tokens,
                                                    const EmbedOptions& options, HiddenReader read) {
  auto job = std::make_shared<Job>();
  job->tokens = tokens;
  job->input = std::move(input);
  job->deadline = options.deadline;
  job->cancelled = options.cancelled;
  job->read = std::move(read);
  return run(std::move(job));
}

std::expected<void, EmbedError> EncoderBatcher::run(std::shared_ptr<Job> job) {
  if (job->tokens == 0 || job->tokens > max_tokens_) {
    return std::unexpected(EmbedError{EmbedError::Kind::failed, "a sequence of no or too many tokens"});
  }
  const std::size_t own = job->tokens > kShortTokens ? 1 : 0;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_ >= limits_.max_queue) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return std::unexpected(EmbedError{EmbedError::Kind::overloaded, "the encoder's queue is full"});
    }
    Lane& lane = lanes_[own];
    // A lane that was empty must not be owed for the time in which it wanted nothing.
    if (lane.jobs.empty()) lane.served = std::max(lane.served, lanes_[1 - own].served);
    lane.jobs.push_back(job);
    ++waiting_;
  }
  arrived_.notify_one();
  std::unique_lock lock(job->mutex);
  const auto done = [&] { return job->result.has_value(); };
  if (job->deadline == Clock::time_point::max()) {
    job->changed.wait(lock, done);
  } else if (!job->changed.wait_until(lock, job->deadline, done)) {
    job->abandoned = true;
    return std::unexpected(EmbedError{EmbedError::Kind::timeout, "the encoder did not answer before the deadline"});
  }
  return std::move(*job->result);
}

bool EncoderBatcher::wanted(const Job& job) const {
  return !stopping_ && now_() < job.deadline && (job.cancelled == nullptr || !job.cancelled->load());
}

void EncoderBatcher::fill(Batch& batch) {
  const bool short_first = lanes_[1].jobs.empty() || (!lanes_[0].jobs.empty() && lanes_[0].served <= lanes_[1].served);
  std::size_t tokens = 0;
  for (Lane* const lane : {&lanes_[short_first ? 0 : 1], &lanes_[short_first ? 1 : 0]}) {
    while (!lane->jobs.empty()) {
      const std::size_t size = lane->jobs.front()->tokens;
      if (!batch.empty() && tokens + size > limits_.max_batch_tokens) break;
      tokens += size;
      lane->served += size;
      batch.push_back(std::move(lane->jobs.front()));
      lane->jobs.pop_front();
      --waiting_;
    }
  }
}

Team* EncoderBatcher::team_with_items() const {
  const auto found = std::ranges::find_if(teams_, [](const auto& team) { return team->has_items(); });
  return found == teams_.end() ? nullptr : found->get();
}

bool EncoderBatcher::wait_for_errand(Errand& errand) {
  errand.batch.clear();
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [&] { return stopping_ || waiting_ > 0 || (errand.team = team_with_items()) != nullptr; });
  if (stopping_) return false;
  if (waiting_ == 0) return true;
  errand.team = nullptr;
  fill(errand.batch);
  ++busy_;
  // Texts that still wait are for the others.
  errand.threads = waiting_ > 0 ? 1 : static_cast<std::uint32_t>(teams_.size()) - busy_ + 1;
  return true;
}

void EncoderBatcher::work(std::uint32_t worker) {
  if (limits_.pin) pin_to(worker);
  EncoderWorkspace workspace(encoder_.config(), std::max(limits_.max_batch_tokens, max_tokens_));
  Errand errand;
  while (wait_for_errand(errand)) {
    if (errand.team != nullptr) {
      errand.team->help(workspace.own, [&] { return stopping_ || waiting_.load(std::memory_order_relaxed) > 0; });
    } else {
      serve(errand, *teams_[worker], workspace);
    }
  }
}

void EncoderBatcher::serve(Errand& errand, Team& team, EncoderWorkspace& workspace) {
  std::erase_if(errand.batch, [&](const std::shared_ptr<Job>& job) {
    if (wanted(*job)) return false;
    const bool late = now_() >= job->deadline;
    job->finish(std::unexpected(EmbedError{late ? EmbedError::Kind::timeout : EmbedError::Kind::cancelled,
                                           late ? "the deadline passed while it waited" : "the request was given up"}));
    return true;
  });
  std::size_t tokens = 0;
  for (const std::shared_ptr<Job>& job : errand.batch) tokens += job->tokens;
  workspace.share(teams_.size() > 1 && tokens >= kSharedTokens ? &team : nullptr, errand.threads);
  const bool whole = !errand.batch.empty() && encode(errand.batch, workspace);
  {
    // Before anyone is answered: who asks again at once finds this worker free.
    const std::lock_guard lock(mutex_);
    --busy_;
  }
  if (whole) hand_out(errand.batch, workspace);
}

bool EncoderBatcher::encode(const Batch& batch, EncoderWorkspace& workspace) {
  workspace.pack.clear();
  for (const std::shared_ptr<Job>& job : batch) {
    if (job->input.empty()) {
      workspace.pack.add(job->ids);
    } else {
      workspace.pack.add(job->input.data(), static_cast<std::uint32_t>(job->tokens));
    }
  }
  EmbedError error{EmbedError::Kind::cancelled, "the request was given up"};
  try {
    const PassOptions options{
        .go_on = [&] { return std::any_of(batch.begin(), batch.end(), [&](const auto& job) { return wanted(*job); }); },
        .observe = {}};
    if (encoder_.encode(workspace.pack.batch(), workspace, options)) return true;
  } catch (const std::exception& thrown) {
    error = {EmbedError::Kind::failed, thrown.what()};
  }
  for (const std::shared_ptr<Job>& job : batch) job->finish(std::unexpected(error));
  return false;
}

void EncoderBatcher::hand_out(const Batch& batch, EncoderWorkspace& workspace) {
  batches_.fetch_add(1, std::memory_order_relaxed);
  passes_.fetch_add(batch.size(), std::memory_order_relaxed);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::lock_guard lock(batch[i]->mutex);
    if (batch[i]->abandoned) continue;
    batch[i]->read(encoder_.result(workspace.pack.batch(), workspace, i));
    batch[i]->result.emplace();
    batch[i]->changed.notify_all();
  }
}

}  // namespace signalbox::models
