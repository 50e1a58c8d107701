// Which of several backends gets the next request.
//
// round_robin: smooth weighted round robin (nginx's): 5:1:1 gives a b a c a a a, not five in a row.
// least_request: two different backends are drawn by weight, and the one with fewer requests per weight takes it (power
// of two choices): as good as looking at all of them, and no herd runs to the emptiest one. Weight 0 takes no requests
// while another backend has a weight.
//
// Thread-safe: one short lock for round_robin, none for least_request. Randomness is passed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "upstream/policy.h"
#include "upstream/random.h"

namespace signalbox::upstream {

// A backend as the choice sees it, at this moment.
struct Load {
  bool available = true;
  int active = 0;
};

class Balancer {
 public:
  Balancer(LbPolicy policy, std::vector<std::uint32_t> weights);
  // An index whose load is available; nullopt when there is none. `loads` has one entry a weight.
  std::optional<std::size_t> pick(std::span<const Load> loads, Random& random);
  std::size_t size() const { return weights_.size(); }

 private:
  std::optional<std::size_t> round_robin(std::span<const Load> loads);
  std::optional<std::size_t> least_request(std::span<const Load> loads, Random& random) const;
  // By weight, from all that are available `but` one.
  std::size_t draw(std::span<const Load> loads, std::uint64_t ticket, std::size_t but) const;
  std::uint64_t total(std::span<const Load> loads) const;

  LbPolicy policy_;
  std::vector<std::uint32_t> weights_;
  std::mutex mutex_;
  std::vector<std::int64_t> current_;  // of the smooth round robin
};

}  // namespace signalbox::upstream
