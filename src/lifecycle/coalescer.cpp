#include "lifecycle/coalescer.h"

#include <algorithm>

namespace signalbox::lifecycle {

void Coalescer::set_quiet(Duration quiet) {
  quiet_ = std::max(quiet, Duration::zero());
}

void Coalescer::changed(TimePoint now) {
  if (!first_) first_ = now;
  last_ = now;
}

std::optional<Coalescer::TimePoint> Coalescer::due_at() const {
  if (!first_) return std::nullopt;
  return std::min(last_ + quiet_, *first_ + kPatienceInQuietTimes * quiet_);
}

bool Coalescer::take(TimePoint now) {
  const std::optional<TimePoint> due = due_at();
  if (!due || now < *due) return false;
  forget();
  return true;
}

}  // namespace signalbox::lifecycle
