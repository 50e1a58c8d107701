// Internal to the gateway: one request on its way through backends, until one answers or none is left to ask.
//
// Where it goes and what is tried again is upstream/attempts.h; here it is done. A failure is dealt with only while the
// client has got nothing; the answer that is delivered is the first one that is not tried again. Only a stream's
// head is passed on alone: a backend that dies between any other head and its body has answered nothing yet.
//
// Shared by all requests; thread-safe. What belongs to one request is in its Route.
#pragma once

#include <cstddef>

#include "gateway/forward.h"
#include "gateway/upstream_set.h"
#include "upstream/attempts.h"

namespace signalbox::gateway {

// Who may answer one request, in order, and what is sent to them. Belongs to the request's coroutine.
class Route : public upstream::Candidates {
 public:
  virtual UpstreamModel& upstream(std::size_t candidate) = 0;
  // Work for request() that would hold up the I/O thread is done before, elsewhere; it may take a while.
  virtual bool needs_preparing() const { return false; }
  virtual Task<void> prepare(std::size_t, std::size_t) { co_return; }
  virtual UpstreamRequest request(std::size_t candidate, std::size_t backend) = 0;
  // Headers of the answer, asked for once: this candidate's answer goes to the client.
  virtual Headers answered_by(std::size_t candidate) = 0;
  upstream::Cluster& cluster(std::size_t candidate) final { return *upstream(candidate).cluster; }
};

struct Dispatched {
  ForwardResult forward;
  std::size_t candidate = 0;               // that answered, or failed last
  std::shared_ptr<const Backend> backend;  // likewise
  int attempts = 0;
};

class Dispatcher {
 public:
  explicit Dispatcher(const ChatServices& services);
  // The route has a backend. All three outlive the call.
  Task<Dispatched> run(Route& route, ResponseWriter& writer, BodyObserver* observer);

 private:
  // Nullopt: no other attempt is made.
  std::optional<upstream::Attempts::Target> next(upstream::Attempts& attempts, const upstream::AttemptEnd& end,
                                                 const Dispatched& so_far);
  void report(Route& route, std::size_t candidate, std::size_t backend, bool failure);
  Task<void> finish(Route& route, UpstreamExchange& exchange, ResponseHead head, ResponseWriter& writer,
                    BodyObserver* observer, Dispatched& result);

  ChatServices s_;
  upstream::SharedRandom random_;
  telemetry::Counter& failovers_;
  telemetry::Counter& out_of_budget_;
};

}  // namespace signalbox::gateway
