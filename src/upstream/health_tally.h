// From the results of active checks to "healthy": the first check decides at once, afterwards three failures in a row
// take a backend out and two successes in a row bring it back (HAProxy's fall and rise), so that one lost packet is no
// outage.
//
// Belongs to the one coroutine that checks the backend.
#pragma once

namespace signalbox::upstream {

class HealthTally {
 public:
  static constexpr int kFall = 3;
  static constexpr int kRise = 2;

  // Returns whether the backend is healthy now.
  bool add(bool success) {
    in_a_row_ = success == last_ ? in_a_row_ + 1 : 1;
    last_ = success;
    if (first_ || in_a_row_ >= (success ? kRise : kFall)) healthy_ = success;
    first_ = false;
    return healthy_;
  }

 private:
  bool first_ = true;
  bool healthy_ = true;
  bool last_ = true;
  int in_a_row_ = 0;
};

}  // namespace signalbox::upstream
