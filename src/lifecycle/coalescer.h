// Turns a burst of changes into one action: it is due once nothing has changed for `quiet`, and at the latest
// `patience` after the first change, so that changes without end do not postpone it forever.
//
// Time is handed in. Belongs to one thread.
#pragma once

#include <chrono>
#include <optional>

namespace signalbox::lifecycle {

class Coalescer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  explicit Coalescer(Duration quiet) { set_quiet(quiet); }
  // Also takes effect on a burst that is under way.
  void set_quiet(Duration quiet);

  void changed(TimePoint now);
  // When the action is due, if anything has changed.
  std::optional<TimePoint> due_at() const;
  // True once per burst, when it is due; the next change begins a new burst.
  bool take(TimePoint now);
  // What was seen so far is dealt with.
  void forget() { first_.reset(); }

  static constexpr int kPatienceInQuietTimes = 8;

 private:
  Duration quiet_{};
  std::optional<TimePoint> first_;
  TimePoint last_{};
};

}  // namespace signalbox::lifecycle
