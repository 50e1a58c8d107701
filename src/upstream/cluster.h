// The backends of one model, and the choice among them.
//
// A cluster belongs to a configuration; its endpoints live on across reloads. Thread-safe.
#pragma once

#include <bitset>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "upstream/balancer.h"
#include "upstream/endpoint.h"
#include "upstream/retry_budget.h"

namespace signalbox::upstream {

constexpr std::size_t kMaxBackends = 128;  // of one model; checked when a configuration is loaded
using BackendSet = std::bitset<kMaxBackends>;

class Cluster {
 public:
  struct Member {
    std::shared_ptr<Endpoint> endpoint;
    std::uint32_t weight = 1;
  };
  Cluster(const ReliabilityPolicy& policy, std::vector<Member> members);

  const ReliabilityPolicy& policy() const { return policy_; }
  std::size_t size() const { return members_.size(); }
  Endpoint& endpoint(std::size_t i) const { return *members_[i].endpoint; }
  RetryBudget& budget() { return budget_; }

  // A backend that takes requests and is not in `avoid`. With `whatever_health`, one that should not take any, too.
  std::optional<std::size_t> pick(TimePoint now, const BackendSet& avoid, bool whatever_health, Random& random);
  // The end of an attempt. Ejects the backend when its failures and the others' state say so; returns for how long.
  std::optional<Nanoseconds> report(std::size_t i, bool failure, TimePoint now);

 private:
  bool may_eject_one_more(TimePoint now) const;

  ReliabilityPolicy policy_;
  std::vector<Member> members_;
  Balancer balancer_;
  RetryBudget budget_;
  std::mutex ejecting_;  // from counting who is out to being out
};

}  // namespace signalbox::upstream
