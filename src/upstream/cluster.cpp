#include "upstream/cluster.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signalbox::upstream {

namespace {
std::vector<std::uint32_t> weights_of(const std::vector<Cluster::Member>& members) {
  std::vector<std::uint32_t> weights;
  weights.reserve(members.size());
  for (const Cluster::Member& member : members) weights.push_back(member.weight);
  return weights;
}
}  // namespace

Cluster::Cluster(const ReliabilityPolicy& policy, std::vector<Member> members)
    : policy_(policy), members_(std::move(members)), balancer_(policy.lb, weights_of(members_)) {}

std::optional<std::size_t> Cluster::pick(TimePoint now, const BackendSet& avoid, bool whatever_health, Random& random) {
  const auto takes = [&](std::size_t i) {
    return !avoid.test(i) && (whatever_health || members_[i].endpoint->available(now));
  };
  if (members_.size() == 1) return takes(0) ? std::optional<std::size_t>(0) : std::nullopt;  // the usual case
  std::array<Load, kMaxBackends> loads;
  for (std::size_t i = 0; i < members_.size(); ++i) loads[i] = {takes(i), members_[i].endpoint->active()};
  return balancer_.pick(std::span(loads.data(), members_.size()), random);
}

std::optional<Nanoseconds> Cluster::report(std::size_t i, bool failure, TimePoint now) {
  Endpoint& endpoint = *members_[i].endpoint;
  if (!endpoint.report(failure)) return std::nullopt;
  const std::lock_guard lock(ejecting_);  // seldom: two that count at once would both find room for one
  if (endpoint.ejected(now) || !may_eject_one_more(now)) return std::nullopt;
  const Nanoseconds time = endpoint.eject(now);
  return time.count() > 0 ? std::optional(time) : std::nullopt;
}

// Failures of all backends at once are seldom the fault of each one.
bool Cluster::may_eject_one_more(TimePoint now) const {
  const auto out = std::count_if(members_.begin(), members_.end(),
                                 [&](const Member& member) { return member.endpoint->ejected(now); });
  return (static_cast<std::size_t>(out) + 1) * 100 <=
         members_.size() * static_cast<std::size_t>(std::max(policy_.ejection.max_percent, 0));
}

}  // namespace signalbox::upstream
