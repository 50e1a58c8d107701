// The work of one encoder pass, shared between threads: items in a row, each taken by whoever is free.
//
// One thread leads. It publishes the items of a step, takes part, and goes on when all of them are done. Others help
// while they have nothing better to do, and come and go between two items: the leader waits for items that were begun,
// never for a thread that has not come, and alone it does everything itself. What was written in one step is seen by
// all in the next.
//
// A Team outlives the threads that know it. lead() belongs to one thread; help() and has_items() to any. No allocation.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace signalbox::models {

struct EncoderScratch;

class Team {
 public:
  // `wake` is called when there are items that others could take; it must not block for long.
  explicit Team(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Runs task(item, scratch) for the items 0 .. items - 1, here with `own`. Returns when all are done; throws what an
  // item threw.
  template <class Task>
  void lead(std::int64_t items, EncoderScratch& own, const Task& task) {
    lead(items, own, {&task, [](const void* self, std::int64_t item, EncoderScratch& scratch) {
                        (*static_cast<const Task*>(self))(item, scratch);
                      }});
  }

  // Takes part until there was nothing to do for some microseconds or until leave() is true, which is asked before each
  // item.
  template <class Leave>
  void help(EncoderScratch& own, const Leave& leave) {
    for (int turns = 0; turns < kPatience && !leave(); ++turns) {
      if (do_one(own)) {
        turns = 0;
      } else {
        pause();
      }
    }
  }

  bool has_items() const {
    const std::uint64_t ticket = ticket_.load();
    return next_of(ticket) < items_of(ticket);
  }

 private:
  struct Step {
    const void* task;
    void (*call)(const void* task, std::int64_t item, EncoderScratch& scratch);
  };
  // Looks at memory before a thread sleeps: some tens of microseconds, about what waking it would take.
  static constexpr int kPatience = 2000;

  static std::uint64_t items_of(std::uint64_t ticket) { return ticket >> 32; }
  static std::uint64_t next_of(std::uint64_t ticket) { return ticket & 0xffffffff; }
  static void pause();

  void lead(std::int64_t items, EncoderScratch& own, const Step& step);
  bool do_one(EncoderScratch& own);
  std::optional<std::int64_t> take();
  void wait_for_all();

  std::function<void()> wake_;
  // How many items the step has (upper half) and which is next. Whoever moves it on owns that item, and the step stays
  // until the item is done: only then may `step_` be read.
  alignas(64) std::atomic<std::uint64_t> ticket_{0};
  alignas(64) std::atomic<std::int64_t> open_{0};  // items not done
  Step step_{};
  std::mutex mutex_;  // guards failure_
  std::condition_variable done_;
  std::exception_ptr failure_;
};

}  // namespace signalbox::models
