// Retries may not multiply load: a share of the requests that come in, and a little beside, may be sent again.
//
// A bucket of tokens. Every request puts a fifth of one in, time puts in ten a second, a retry takes one out. The
// bucket starts full and holds 256: enough for all requests in flight at a backend that is killed, while a lasting
// outage costs the others at most 20 % more load and ten requests a second. Attempts that never reached a backend are
// free.
//
// Thread-safe, without locks; the path of a request that is not retried is one atomic addition.
#pragma once

#include <atomic>
#include <cstdint>

#include "upstream/policy.h"

namespace signalbox::upstream {

class RetryBudget {
 public:
  struct Limits {
    double share = 0.2;      // of requests
    double per_second = 10;  // beside them
    double burst = 256;
  };
  RetryBudget() : RetryBudget(Limits{}) {}
  explicit RetryBudget(Limits limits);

  void on_request();         // one that is not a retry
  bool take(TimePoint now);  // may this retry be sent?
  double balance() const;    // in tokens

 private:
  void refill(TimePoint now);

  const std::int64_t per_request_, per_second_, burst_;  // thousandths of a token
  std::atomic<std::int64_t> tokens_;
  std::atomic<std::int64_t> refilled_at_{-1};  // nanoseconds of the steady clock; -1: never
};

}  // namespace signalbox::upstream
