// The thread that reloads: file changes, SIGHUP and the management API come together here, one after the other.
//
// Bursts of file changes become one reload (Coalescer), and whatever state the files have in the end is read in the
// end. Former snapshots are freed here, too. Any thread may call; nothing here waits for I/O threads.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "lifecycle/applier.h"
#include "lifecycle/coalescer.h"
#include "lifecycle/file_watch.h"

namespace signalbox::lifecycle {

class Reloader {
 public:
  // Told on the reload thread when a reload that was asked for begins and ends (the service manager wants to know).
  struct Listener {
    std::function<void()> begins = [] {};
    std::function<void()> ends = [] {};
  };

  Reloader(std::unique_ptr<Applier> applier, telemetry::Logger& log, Listener listener);
  ~Reloader();  // stop()
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  // Nothing is reloaded before; whoever waits for a reload waits for this, too.
  void start();

  // Reload soon, and return at once. Requests that come while one is waiting are the same request.
  void request(Source source);
  // Runs `work` on the reload thread and waits for it. False when too many wait, or the thread is stopping.
  bool run(const std::function<void(Applier&)>& work);
  // reload, and wait; nullopt as run() false.
  std::optional<ReloadResult> reload(Source source);
  Status status() const { return applier_->status(); }

  // Finishes what is running; what waits is refused.
  void stop();

 private:
  struct Work {
    const std::function<void(Applier&)>* function = nullptr;
    bool done = false;
  };

  void loop();
  void wait_for_events();
  std::optional<std::chrono::milliseconds> next_wakeup() const;
  void look_at_files();
  void follow_settings();
  void do_requested();
  void do_work();
  ReloadResult reload_now(Source source);
  void wake() const;

  std::unique_ptr<Applier> applier_;
  telemetry::Logger& log_;
  Listener listener_;
  FileWatch watch_;         // of the thread
  Coalescer coalescer_;     // of the thread
  bool unwatched_ = false;  // of the thread: it has been said
  std::chrono::steady_clock::time_point next_look_{};
  int wake_ = -1;
  std::mutex mutex_;
  std::condition_variable done_;
  std::deque<Work*> waiting_;
  std::optional<Source> requested_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace signalbox::lifecycle
