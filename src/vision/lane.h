// One lane of the pool: a thread, its worker process, and the pictures they take from the shared queue.
//
// PictureQueue is shared by all lanes and callers (thread-safe); a Lane is owned by the pool.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <expected>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "vision/worker_process.h"

namespace signalbox::vision {

// One picture on its way. The caller waits on the promise's future, but not longer than the deadline: it may be gone
// when the answer comes.
struct Errand {
  UniqueFd picture;
  UniqueFd room;  // where pixels go; the caller has mapped it
  Task task;
  std::promise<evidence::ImageText> answer;
};

class PictureQueue {
 public:
  explicit PictureQueue(std::size_t capacity) : capacity_(capacity) {}

  bool push(std::unique_ptr<Errand> errand);  // false: full, or closed
  // Waits for an errand; null when the queue is closed, or when `also` became true and wake() was called.
  std::unique_ptr<Errand> pop(const std::atomic<bool>& also);
  void wake();
  void close();
  bool closed() const;

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Errand>> waiting_;
  bool closed_ = false;
};

class Lane {
 public:
  // `queue`, `options` and the descriptor `interrupt` must outlive the lane.
  Lane(PictureQueue& queue, const WorkerOptions& options, int interrupt);
  ~Lane() = default;  // the queue must have been closed

  // Asks for the worker to be started; the future says how it went. Call once at a time, then queue.wake().
  std::future<std::expected<void, std::string>> request_warm_up();
  pid_t worker_pid() const { return pid_.load(); }  // 0: none

 private:
  void run();
  void answer_warm_up();
  void serve(Errand& errand);
  std::expected<void, std::string> ensure_worker();
  void drop_worker();

  PictureQueue& queue_;
  const WorkerOptions& options_;
  const int interrupt_;
  std::unique_ptr<WorkerProcess> worker_;  // the lane's thread only
  std::atomic<pid_t> pid_ = 0;
  std::atomic<bool> warm_up_requested_ = false;
  std::mutex warm_up_mutex_;
  std::promise<std::expected<void, std::string>> warm_up_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace signalbox::vision
