// One request's way through the backends: where it goes first, and where after a failure.
//
// The order, per request:
//   1. A backend of the first candidate that takes requests, by its balancer.
//   2. After a failure that the candidate's `retry_on` allows, another backend of it (at once), or the same one (after
//   a
//      back-off, if the policy names its retries), `retry_count` times, within the retry budget.
//   3. Then the next candidate in the same way. A failure that reached a backend moves on only if `retry_on` of its
//      candidate allows it: the answer may have been paid for. One that did not always moves on.
//   4. When no backend of any candidate takes requests, one is tried all the same: a health check that is wrong must
//   not
//      be an outage.
// Nothing is tried again after the first byte of an answer has gone to the client; that is the caller's part.
//
// Pure but for the clusters' shared state; belongs to one request. Time and randomness are passed in.
#pragma once

#include <cstddef>
#include <optional>

#include "upstream/cluster.h"

namespace signalbox::upstream {

// The models that may answer a request, in order; the first is the chosen one.
class Candidates {
 public:
  virtual ~Candidates() = default;
  virtual std::size_t size() const = 0;
  virtual Cluster& cluster(std::size_t candidate) = 0;
};

class Attempts {
 public:
  // Both outlive the object.
  Attempts(Candidates& candidates, Random& random) : candidates_(candidates), random_(random) {}

  struct Target {
    std::size_t candidate = 0;
    std::size_t backend = 0;
    Nanoseconds wait{0};  // before it is asked
  };
  // Why the candidate of the last failure did not get the request again.
  enum class Reason : std::uint8_t { none, not_allowed, exhausted, budget };

  // Nullopt only when no candidate has a backend.
  std::optional<Target> first(TimePoint now);
  // After the target given last ended so. Nullopt: that is the answer.
  std::optional<Target> next(const AttemptEnd& end, TimePoint now);

  Reason refusal() const { return refusal_; }
  int made() const { return made_; }  // attempts so far
  int retries() const { return retries_; }

 private:
  std::optional<Target> retry_here(const AttemptEnd& end, TimePoint now);
  std::optional<Target> enter_from(std::size_t candidate, TimePoint now, bool whatever_health);
  std::optional<Target> go(std::size_t backend, Nanoseconds wait);

  Candidates& candidates_;
  Random& random_;
  std::size_t candidate_ = 0;
  std::size_t backend_ = 0;
  BackendSet tried_;
  int retries_ = 0;  // at this candidate
  int made_ = 0;
  Reason refusal_ = Reason::none;
};

}  // namespace signalbox::upstream
