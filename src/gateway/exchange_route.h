// Internal to the gateway: the models that may answer a chat request, and the request that each of them gets.
//
// The chosen one first. The decision's other candidates follow in the order of the configuration, but those that cannot
// take the request (Judgement::ineligible) or that nothing serves. A request that names a model has no others, unless a
// security decision took it over.
//
// Belongs to one request's coroutine.
#pragma once

#include <boost/container/small_vector.hpp>

#include "gateway/compute_pool.h"
#include "gateway/dispatch.h"
#include "gateway/exchange.h"
#include "gateway/judging.h"

namespace signalbox::gateway {

class ExchangeRoute final : public Route {
 public:
  // Upstreams and pool outlive the route; the pool shares the exchange.
  ExchangeRoute(std::shared_ptr<Exchange> exchange, UpstreamSet& upstreams, ComputePool& compute);

  std::size_t size() const override { return choices_.size(); }
  UpstreamModel& upstream(std::size_t candidate) override { return upstreams_.models[choices_[candidate].model]; }
  // Splicing a large body takes milliseconds: on the pool, as its parsing (judging.h).
  bool needs_preparing() const override { return exchange_->request->body().size() > Judging::kLargeBody; }
  Task<void> prepare(std::size_t candidate, std::size_t backend) override;
  UpstreamRequest request(std::size_t candidate, std::size_t backend) override;
  Headers answered_by(std::size_t candidate) override;

 private:
  const router::BackendTarget& target_of(std::size_t candidate, std::size_t backend) const;
  bool has_body_for(const Choice& choice, const router::BackendTarget& target) const;
  void keep(const Choice& choice, const router::BackendTarget& target, std::string body);

  std::shared_ptr<Exchange> exchange_;
  UpstreamSet& upstreams_;
  ComputePool& compute_;
  boost::container::small_vector<Choice, 4> choices_;
  // The last body, for as long as the next backend takes the same one.
  std::shared_ptr<const std::string> body_;
  const router::Candidate* body_candidate_ = nullptr;
  const router::BackendTarget* body_target_ = nullptr;
};

}  // namespace signalbox::gateway
