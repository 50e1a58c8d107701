#include "upstream/attempts.h"

#include "upstream/backoff.h"

namespace signalbox::upstream {

std::optional<Attempts::Target> Attempts::go(std::size_t backend, Nanoseconds wait) {
  backend_ = backend;
  tried_.set(backend);
  ++made_;
  return Target{candidate_, backend, wait};
}

std::optional<Attempts::Target> Attempts::enter_from(std::size_t candidate, TimePoint now, bool whatever_health) {
  for (; candidate < candidates_.size(); ++candidate) {
    Cluster& cluster = candidates_.cluster(candidate);
    const std::optional<std::size_t> backend = cluster.pick(now, BackendSet(), whatever_health, random_);
    if (!backend) continue;
    candidate_ = candidate;
    tried_.reset();
    retries_ = 0;
    cluster.budget().on_request();
    return go(*backend, Nanoseconds(0));
  }
  return std::nullopt;
}

std::optional<Attempts::Target> Attempts::first(TimePoint now) {
  const std::optional<Target> target = enter_from(0, now, false);
  return target ? target : enter_from(0, now, true);
}

std::optional<Attempts::Target> Attempts::next(const AttemptEnd& end, TimePoint now) {
  const bool allowed = candidates_.cluster(candidate_).policy().retry.on.allow(end);
  refusal_ = Reason::not_allowed;
  if (allowed) {
    if (const std::optional<Target> target = retry_here(end, now)) return target;
  } else if (end.reached_backend()) {
    return std::nullopt;
  }
  const std::optional<Target> target = enter_from(candidate_ + 1, now, false);
  if (target) refusal_ = Reason::none;
  return target;
}

std::optional<Attempts::Target> Attempts::retry_here(const AttemptEnd& end, TimePoint now) {
  Cluster& cluster = candidates_.cluster(candidate_);
  const RetryPolicy& policy = cluster.policy().retry;
  refusal_ = Reason::exhausted;
  if (retries_ >= policy.count) return std::nullopt;
  std::optional<std::size_t> backend = cluster.pick(now, tried_, false, random_);
  const bool again = !backend;
  if (again && !policy.elsewhere_only) {
    BackendSet last;
    last.set(backend_);
    backend = cluster.pick(now, last, false, random_);
    if (!backend) backend = cluster.pick(now, BackendSet(), false, random_);
  }
  if (!backend) return std::nullopt;
  // What never reached a backend put no load on any: it is repeated freely.
  if (end.reached_backend() && !cluster.budget().take(now)) {
    refusal_ = Reason::budget;
    return std::nullopt;
  }
  refusal_ = Reason::none;
  const Nanoseconds wait = again ? backoff(retries_, random_) : Nanoseconds(0);
  ++retries_;
  return go(*backend, wait);
}

}  // namespace signalbox::upstream
