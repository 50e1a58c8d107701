// The load generator of the gateway benchmark: one thread, keep-alive connections, every latency recorded.
//
// Two ways to send. Closed: each connection sends its next request when the last one is answered. Open (rate > 0):
// requests are due at fixed times, whatever the answers do; latency counts from the due time, so a server that stalls
// is charged for the requests that waited (no coordinated omission).
// In answers that are server-sent events the frames are counted; those that carry the time they were sent at (see
// backend_main.cpp) give the time on the way.
#pragma once

#include <cstdint>
#include <string>

#include "latencies.h"

namespace signalbox::bench {

struct LoadOptions {
  std::uint16_t port = 0;
  std::size_t connections = 1;
  double seconds = 2;                // of sending; what is under way is waited for
  std::uint64_t per_connection = 0;  // requests on each connection, instead of `seconds`
  double rate = 0;                   // requests per second over all connections; 0: closed
  bool spin = false;                 // poll without sleeping: no wake-up of this process in the latencies
  std::string request;               // head and body, as sent
};

struct LoadResult {
  Latencies latency;     // from (due) sending to the last byte of the answer
  Latencies first_byte;  // to the first byte of the answer's body
  Latencies frame;       // of a frame, from the backend's send to our read
  std::uint64_t requests = 0, not_200 = 0, broken = 0, frames = 0;
  double seconds = 0;
};

LoadResult run_load(const LoadOptions& options);

}  // namespace signalbox::bench
