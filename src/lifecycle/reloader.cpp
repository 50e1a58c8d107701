#include "lifecycle/reloader.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace signalbox::lifecycle {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kMostWaiting = 8;
constexpr milliseconds kLookAnyway{5000};  // at files whose file system sends no events
constexpr milliseconds kLookForRetired{200};

}  // namespace

Reloader::Reloader(std::unique_ptr<Applier> applier, telemetry::Logger& log, Listener listener)
    : applier_(std::move(applier)),
      log_(log),
      listener_(std::move(listener)),
      coalescer_(applier_->settings().debounce.value),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (wake_ < 0) throw std::runtime_error("no descriptor is left for the reload thread");
  watch_.set_files(applier_->watched_files());
}

void Reloader::start() {
  thread_ = std::thread([this] { loop(); });
}

Reloader::~Reloader() {
  stop();
  ::close(wake_);
}

void Reloader::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
  if (thread_.joinable()) thread_.join();
}

void Reloader::wake() const {
  ::eventfd_write(wake_, 1);
}

void Reloader::request(Source source) {
  {
    const std::lock_guard lock(mutex_);
    requested_ = source;
  }
  wake();
}

bool Reloader::run(const std::function<void(Applier&)>& work) {
  Work mine{&work};
  std::unique_lock lock(mutex_);
  if (stopping_ || waiting_.size() >= kMostWaiting) return false;
  waiting_.push_back(&mine);
  wake();
  done_.wait(lock, [&] { return mine.done || mine.function == nullptr; });
  return mine.done;
}

std::optional<ReloadResult> Reloader::reload(Source source) {
  std::optional<ReloadResult> result;
  const bool ran = run([&](Applier&) { result = reload_now(source); });
  return ran ? std::move(result) : std::nullopt;
}

void Reloader::loop() {
  for (;;) {
    wait_for_events();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) break;
    }
    do_requested();
    do_work();
    look_at_files();
    applier_->release_retired();
  }
  const std::lock_guard lock(mutex_);
  for (Work* work : std::exchange(waiting_, {})) work->function = nullptr;
  done_.notify_all();
}

std::optional<milliseconds> Reloader::next_wakeup() const {
  std::optional<SteadyClock::time_point> next;
  const auto sooner = [&next](SteadyClock::time_point time) { next = next ? std::min(*next, time) : time; };
  if (const auto due = coalescer_.due_at()) sooner(*due);
  if (applier_->settings().watch) sooner(next_look_);
  if (applier_->retired() > 0) sooner(SteadyClock::now() + kLookForRetired);
  if (!next) return std::nullopt;
  return std::max(std::chrono::ceil<milliseconds>(*next - SteadyClock::now()), milliseconds(0));
}

void Reloader::wait_for_events() {
  std::array<pollfd, 2> entries{
      {{wake_, POLLIN, 0}, {applier_->settings().watch ? watch_.descriptor() : -1, POLLIN, 0}}};
  const auto wait = next_wakeup();
  ::poll(entries.data(), entries.size(), wait ? static_cast<int>(wait->count()) : -1);
  eventfd_t ignored = 0;
  ::eventfd_read(wake_, &ignored);
  if (entries[1].revents != 0) next_look_ = {};
}

// What counts as seen is the state from before the reading: what changes while files are read is seen as a change
// again.
ReloadResult Reloader::reload_now(Source source) {
  coalescer_.forget();
  listener_.begins();
  const Stamps before = stamps_of(watch_.files());
  ReloadResult result = applier_->apply(applier_->read(), source);
  watch_.set_seen(before);
  follow_settings();
  listener_.ends();
  return result;
}

// Of the configuration in force, which may be another one now.
void Reloader::follow_settings() {
  watch_.set_files(applier_->watched_files());
  coalescer_.set_quiet(applier_->settings().debounce.value);
}

void Reloader::do_requested() {
  std::optional<Source> source;
  {
    const std::lock_guard lock(mutex_);
    source = std::exchange(requested_, std::nullopt);
  }
  if (source) reload_now(*source);
}

void Reloader::do_work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    if (waiting_.empty() || stopping_) return;
    Work* const work = waiting_.front();
    lock.unlock();
    try {
      (*work->function)(*applier_);
    } catch (const std::exception& error) {
      log_.log(telemetry::Level::error, "config_work_failed", {{"error", error.what()}});
    }
    follow_settings();
    lock.lock();
    waiting_.pop_front();
    work->done = true;
    done_.notify_all();
  }
}

void Reloader::look_at_files() {
  if (!applier_->settings().watch) {
    coalescer_.forget();
    return;
  }
  const auto now = SteadyClock::now();
  if (now >= next_look_) {
    next_look_ = now + kLookAnyway;
    if (watch_.changed()) coalescer_.changed(now);
    if (!watch_.unwatched().empty() && !std::exchange(unwatched_, true)) {
      log_.log(telemetry::Level::warn, "config_not_watched",
               {{"directory", watch_.unwatched().front()}, {"message", "changes are looked for every 5 seconds"}});
    }
  }
  if (coalescer_.take(now)) reload_now(Source::file);
}

}  // namespace signalbox::lifecycle
