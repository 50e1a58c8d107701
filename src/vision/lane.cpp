#include "vision/lane.h"

#include <algorithm>
#include <utility>

namespace signalbox::vision {
namespace {

using Clock = std::chrono::steady_clock;
using evidence::ImageText;
using evidence::Unjudged;

ImageText unread(Unjudged reason, std::string detail) {
  ImageText result;
  result.unjudged = reason;
  result.detail = std::move(detail);
  return result;
}

// A worker ends a reading by itself when its time is over. One that does not, because Tesseract looks at the clock
// between words only, is lost this much later.
constexpr std::chrono::seconds kGrace{2};

Task within_its_time(const Task& task, const Setup& setup) {
  Task bounded = task;
  if (!task.pixels) bounded.deadline = std::min(task.deadline, Clock::now() + setup.reading_time + kGrace);
  return bounded;
}

ImageText answer_for(Loss loss, const std::string& noun) {
  switch (loss) {
    case Loss::late:
    case Loss::interrupted:
      return unread(Unjudged::timeout, "the " + noun + " was not read by the deadline");
    case Loss::killed:
      return unread(Unjudged::decode_failed, "the worker was killed while it read the " + noun);
    case Loss::crashed:
      return unread(Unjudged::decode_failed, "the " + noun + " crashed its decoder");
    case Loss::babbled:
      break;
  }
  return unread(Unjudged::decode_failed, "the worker gave no sensible answer");
}

}  // namespace

bool PictureQueue::push(std::unique_ptr<Errand> errand) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || waiting_.size() >= capacity_) return false;
    waiting_.push_back(std::move(errand));
  }
  changed_.notify_one();
  return true;
}

std::unique_ptr<Errand> PictureQueue::pop(const std::atomic<bool>& also) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ || also || !waiting_.empty(); });
  if (closed_ || also || waiting_.empty()) return nullptr;
  std::unique_ptr<Errand> errand = std::move(waiting_.front());
  waiting_.pop_front();
  return errand;
}

void PictureQueue::wake() {
  {
    const std::lock_guard lock(mutex_);
  }  // nobody is between the test of its condition and its wait
  changed_.notify_all();
}

void PictureQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

bool PictureQueue::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

Lane::Lane(PictureQueue& queue, const WorkerOptions& options, int interrupt)
    : queue_(queue), options_(options), interrupt_(interrupt), thread_([this] { run(); }) {}

std::future<std::expected<void, std::string>> Lane::request_warm_up() {
  const std::lock_guard lock(warm_up_mutex_);
  warm_up_ = {};
  warm_up_requested_ = true;
  return warm_up_.get_future();
}

void Lane::run() {
  while (!queue_.closed()) {
    const std::unique_ptr<Errand> errand = queue_.pop(warm_up_requested_);
    if (warm_up_requested_) answer_warm_up();
    if (errand) serve(*errand);
  }
  drop_worker();
}

void Lane::answer_warm_up() {
  const auto outcome = ensure_worker();
  const std::lock_guard lock(warm_up_mutex_);
  warm_up_requested_ = false;
  warm_up_.set_value(outcome);
}

std::expected<void, std::string> Lane::ensure_worker() {
  if (worker_ && worker_->alive()) return {};
  drop_worker();
  auto started = WorkerProcess::start(options_, interrupt_);
  if (!started) return std::unexpected(started.error());
  worker_ = std::move(*started);
  pid_ = worker_->pid();
  return {};
}

void Lane::drop_worker() {
  pid_ = 0;
  worker_.reset();
}

// A worker that is lost is replaced at once: the next picture should not wait for it.
void Lane::serve(Errand& errand) {
  constexpr int kAttempts = 2;
  Loss loss = Loss::late;
  for (int attempt = 0; attempt < kAttempts && Clock::now() < errand.task.deadline; ++attempt) {
    if (const auto ready = ensure_worker(); !ready)
      return errand.answer.set_value(unread(options_.kind.without_worker, ready.error()));
    auto result = worker_->read(within_its_time(errand.task, options_.setup), errand.picture.get(), errand.room.get());
    if (result) return errand.answer.set_value(std::move(*result));
    loss = result.error();
    drop_worker();
    if (loss != Loss::killed) break;
  }
  errand.answer.set_value(answer_for(loss, options_.kind.noun));
  if (!worker_ && loss != Loss::interrupted && !queue_.closed()) std::ignore = ensure_worker();
}

}  // namespace signalbox::vision
