// The threads that do network I/O: one event loop each, and a connection stays with the loop it was given to.
//
// That is the whole concurrency design of the gateway: everything that belongs to one connection (client socket,
// handler coroutine, upstream socket) runs on one thread, so none of it needs locks. What may take long runs in a
// ComputePool instead. Thread-safe; owned by whoever starts the process; must outlive every server and client on it.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

namespace signalbox::gateway {

// Processors that this process may run on: a container or taskset may leave it fewer than the machine has, and more
// event loops than that only take turns. At least 1.
std::size_t usable_processors();

class IoThreads {
 public:
  explicit IoThreads(std::size_t threads);
  ~IoThreads();  // stop()
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  std::size_t size() const;
  // Does every loop still turn? Each is asked to run something; false if one has not done so in time. Not from an I/O
  // thread.
  bool answer(std::chrono::milliseconds within);
  // Ends the loops and joins the threads; what is still suspended is destroyed with the object. Stop the servers first.
  void stop();

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox::gateway
