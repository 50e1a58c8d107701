// Internal to the gateway: the models that may answer a chat request, and the request that each of them gets.
//
// The chosen one first. The decision's other candidates follow in the order of the configuration, but those that cannot
// take the request (Judgement::ineligible) or that nothing serves. A request that names a model has no others, unless a
// security decision took it over.
//
// Belongs to one request's coroutine.
#pragma once

#include <boost/container/small_vector.hpp>

#include "gateway/dispatch.h"
#include "gateway/exchange.h"

namespace signalbox::gateway {

class ExchangeRoute final : public Route {
 public:
  // All outlive the route.
  ExchangeRoute(Exchange& exchange, UpstreamSet& upstreams);

  std::size_t size() const override { return choices_.size(); }
  UpstreamModel& upstream(std::size_t candidate) override { return upstreams_.models[choices_[candidate].model]; }
  UpstreamRequest request(std::size_t candidate, std::size_t backend) override;
  Headers answered_by(std::size_t candidate) override;

 private:
  std::shared_ptr<const std::string> body_for(const Choice& choice, const router::BackendTarget& target);

  Exchange& exchange_;
  UpstreamSet& upstreams_;
  boost::container::small_vector<Choice, 4> choices_;
  // The last body, for as long as the next backend takes the same one.
  std::shared_ptr<const std::string> body_;
  const router::Candidate* body_candidate_ = nullptr;
  const router::BackendTarget* body_target_ = nullptr;
};

}  // namespace signalbox::gateway
