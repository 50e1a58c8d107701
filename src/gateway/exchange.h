// Internal to the gateway: one chat request on its way, from bytes to the request that goes upstream.
//
// Shared between the coroutine and the compute pool (never at the same time). The passes are plain functions from what
// is there to what comes next; each may end the request with a Reply.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/budgets.h"
#include "auth/principal.h"
#include "evidence/evidence.h"
#include "gateway/http.h"
#include "gateway/upstream.h"
#include "plugins/plugin.h"
#include "protocol/request.h"
#include "router/judge.h"
#include "router/snapshot.h"
#include "telemetry/clock.h"

namespace signalbox::gateway {

struct RemoteImageSet;

struct Exchange {
  HttpRequest http;
  std::string_view endpoint;  // below the backend's base path; empty: its chat path (see passthrough.h)
  std::shared_ptr<const router::Snapshot> snapshot;
  auth::Principal principal;  // by its credential
  bool debug = false;
  std::chrono::steady_clock::time_point received;
  std::optional<protocol::Request> request;
  evidence::Evidence evidence;
  std::shared_ptr<RemoteImageSet> remote_images;  // pictures by URL that are fetched (remote_images.h); null: none
  std::shared_ptr<const std::atomic<bool>> gone;  // set when the client leaves while this is judged on the pool
  router::Judgement judgement;
  bool injected_system_prompt = false;
  std::optional<plugins::RequestEdit> edit;  // what the policy changes, whichever model gets it
  std::shared_ptr<const Backend> backend;    // that answered, or failed last
  int attempts = 0;                          // at backends
  std::vector<auth::BudgetCharge> charges;   // budgets that this request counts for
  bool metered = false;                      // some of them by its tokens
  auth::BudgetLedger::Reservation reservation;
  std::optional<std::int64_t> embedded_tokens;  // by the model of this process (local_embeddings.h)
  std::string fast_response;
  bool is_fast = false;
  bool clarifies = false;  // the fast answer is a question
};

// A model that may answer, and the candidate of the decision that it is (null: the named or the default model).
struct Choice {
  const router::Candidate* candidate = nullptr;
  std::size_t model = 0;
};

// A finished answer of our own, and why (a word for metrics and logs).
struct Reply {
  HttpResponse response;
  std::string_view path;  // x-vsr-response-path
  std::string reason;
};

// The passes, in order. A value ends the request.
std::optional<Reply> read_request(Exchange& exchange);
void judge(Exchange& exchange, evidence::ImageReader* images, evidence::DocumentReader* documents);
std::optional<Reply> refuse(const Exchange& exchange);
void apply_policy(Exchange& exchange);
std::optional<Reply> answer_fast(const Exchange& exchange, const telemetry::Clock& clock);
// The models that may answer, in order, until `take` says false.
void for_each_choice(const Exchange& exchange, const std::function<bool(const Choice&)>& take);
// Makes another candidate of the decision the one that headers, metrics and the log name.
void take_choice(Exchange& exchange, const Choice& choice);
// What goes to one backend of a model.
std::string upstream_body(const Exchange& exchange, const Choice& choice, const router::BackendTarget& target);
Headers upstream_headers(const Exchange& exchange, const router::BackendTarget& target);
// May the judgement wait for pictures or models?
bool may_block(const Exchange& exchange);
// Headers of every answer to this request.
Headers response_headers(const Exchange& exchange, std::string_view path);

}  // namespace signalbox::gateway
