#include "upstream/balancer.h"

#include <algorithm>
#include <utility>

namespace signalbox::upstream {

Balancer::Balancer(LbPolicy policy, std::vector<std::uint32_t> weights)
    : policy_(policy), weights_(std::move(weights)), current_(weights_.size()) {
  const bool all_zero = std::all_of(weights_.begin(), weights_.end(), [](std::uint32_t w) { return w == 0; });
  if (all_zero) std::fill(weights_.begin(), weights_.end(), 1u);
}

std::optional<std::size_t> Balancer::pick(std::span<const Load> loads, Random& random) {
  return policy_ == LbPolicy::round_robin ? round_robin(loads) : least_request(loads, random);
}

std::uint64_t Balancer::total(std::span<const Load> loads) const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i) sum += loads[i].available ? weights_[i] : 0;
  return sum;
}

std::optional<std::size_t> Balancer::round_robin(std::span<const Load> loads) {
  const auto sum = static_cast<std::int64_t>(total(loads));
  if (sum == 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    if (!loads[i].available || weights_[i] == 0) continue;
    current_[i] += weights_[i];
    if (!best || current_[i] > current_[*best]) best = i;
  }
  current_[*best] -= sum;
  return best;
}

std::size_t Balancer::draw(std::span<const Load> loads, std::uint64_t ticket, std::size_t but) const {
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    if (!loads[i].available || weights_[i] == 0 || i == but) continue;
    last = i;
    if (ticket < weights_[i]) return i;
    ticket -= weights_[i];
  }
  return last;
}

std::optional<std::size_t> Balancer::least_request(std::span<const Load> loads, Random& random) const {
  const std::uint64_t sum = total(loads);
  if (sum == 0) return std::nullopt;
  const std::size_t first = draw(loads, random.below(sum), weights_.size());
  if (sum == weights_[first]) return first;  // the only one
  const std::size_t second = draw(loads, random.below(sum - weights_[first]), first);
  // active / weight, compared without division; the first one drawn wins ties.
  const auto busy_first = static_cast<std::int64_t>(loads[first].active) * weights_[second];
  const auto busy_second = static_cast<std::int64_t>(loads[second].active) * weights_[first];
  return busy_second < busy_first ? second : first;
}

}  // namespace signalbox::upstream
