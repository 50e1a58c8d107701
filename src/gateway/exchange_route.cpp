#include "gateway/exchange_route.h"

#include <algorithm>
#include <utility>

namespace signalbox::gateway {

ExchangeRoute::ExchangeRoute(Exchange& exchange, UpstreamSet& upstreams) : exchange_(exchange), upstreams_(upstreams) {
  const router::Judgement& j = exchange.judgement;
  for_each_choice(exchange, [&](const Choice& choice) {
    choices_.push_back(choice);
    return true;
  });
  // What is reported is what is asked first: the chosen one may not be served at all.
  if (!choices_.empty() && choices_.front().candidate != j.candidate) take_choice(exchange_, choices_.front());
}

UpstreamRequest ExchangeRoute::request(std::size_t candidate, std::size_t backend) {
  const Choice& choice = choices_[candidate];
  const router::BackendTarget& target = exchange_.snapshot->models[choice.model].backends[backend];
  // Errors and refusals name the model that was asked last, as answers do.
  if (choice.candidate != exchange_.judgement.candidate) take_choice(exchange_, choice);
  UpstreamRequest request;
  request.backend = upstream(candidate).backends[backend];
  request.target = exchange_.endpoint.empty() ? target.path : target.path_of(exchange_.endpoint);
  request.headers = upstream_headers(exchange_, target);
  request.body = body_for(choice, target);
  return request;
}

Headers ExchangeRoute::answered_by(std::size_t) {
  return response_headers(exchange_, "upstream");
}

std::shared_ptr<const std::string> ExchangeRoute::body_for(const Choice& choice, const router::BackendTarget& target) {
  const bool same = body_ && body_candidate_ == choice.candidate &&
                    body_target_->upstream_name == target.upstream_name &&
                    body_target_->effort_at_top_level == target.effort_at_top_level;
  if (!same) body_ = std::make_shared<const std::string>(upstream_body(exchange_, choice, target));
  body_candidate_ = choice.candidate;
  body_target_ = &target;
  return body_;
}

}  // namespace signalbox::gateway
