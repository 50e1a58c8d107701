#include "gateway/exchange_route.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/compute_await.h"

namespace signalbox::gateway {

ExchangeRoute::ExchangeRoute(std::shared_ptr<Exchange> exchange, UpstreamSet& upstreams, ComputePool& compute)
    : exchange_(std::move(exchange)), upstreams_(upstreams), compute_(compute) {
  const router::Judgement& j = exchange_->judgement;
  for_each_choice(*exchange_, [&](const Choice& choice) {
    choices_.push_back(choice);
    return true;
  });
  // What is reported is what is asked first: the chosen one may not be served at all.
  if (!choices_.empty() && choices_.front().candidate != j.candidate) take_choice(*exchange_, choices_.front());
}

UpstreamRequest ExchangeRoute::request(std::size_t candidate, std::size_t backend) {
  const Choice& choice = choices_[candidate];
  const router::BackendTarget& target = target_of(candidate, backend);
  // Errors and refusals name the model that was asked last, as answers do.
  if (choice.candidate != exchange_->judgement.candidate) take_choice(*exchange_, choice);
  UpstreamRequest request;
  request.backend = upstream(candidate).backends[backend];
  request.target = exchange_->endpoint.empty() ? target.path : target.path_of(exchange_->endpoint);
  request.headers = upstream_headers(*exchange_, target);
  if (!has_body_for(choice, target)) keep(choice, target, upstream_body(*exchange_, choice, target));
  request.body = body_;
  return request;
}

Headers ExchangeRoute::answered_by(std::size_t) {
  return response_headers(*exchange_, "upstream");
}

// When the pool's lane is full the body is spliced by request(): the request has been judged, and refusing it now would
// waste that.
Task<void> ExchangeRoute::prepare(std::size_t candidate, std::size_t backend) {
  const Choice choice = choices_[candidate];
  const router::BackendTarget& target = target_of(candidate, backend);  // the snapshot's, which the exchange holds
  if (has_body_for(choice, target)) co_return;
  std::optional<std::string> body = co_await run(
      compute_, [exchange = exchange_, choice, &target] { return upstream_body(*exchange, choice, target); },
      Lane::slow);
  if (body) keep(choice, target, std::move(*body));
}

const router::BackendTarget& ExchangeRoute::target_of(std::size_t candidate, std::size_t backend) const {
  return exchange_->snapshot->models[choices_[candidate].model].backends[backend];
}

bool ExchangeRoute::has_body_for(const Choice& choice, const router::BackendTarget& target) const {
  return body_ && body_candidate_ == choice.candidate && body_target_->upstream_name == target.upstream_name &&
         body_target_->effort_at_top_level == target.effort_at_top_level;
}

void ExchangeRoute::keep(const Choice& choice, const router::BackendTarget& target, std::string body) {
  body_ = std::make_shared<const std::string>(std::move(body));
  body_candidate_ = choice.candidate;
  body_target_ = &target;
}

}  // namespace signalbox::gateway
