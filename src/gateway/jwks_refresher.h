// Fetches the keys of token issuers in the background: at start, by interval, and early when a token names a key that
// is not known. Never from a request: whoever sends tokens cannot make this process fetch more often than once a
// minute.
//
// Looks once a second which set of the current configuration is due, so that a reload needs no word to it. A fetch that
// fails leaves the last good set in use, is logged and counted. Answers are bounded in size and time; redirects are not
// followed. One coroutine on one I/O thread; the object outlives the I/O threads' work.
#pragma once

#include <memory>

#include "auth/access_state.h"
#include "gateway/io_threads.h"
#include "gateway/snapshot_source.h"
#include "gateway/upstream.h"
#include "telemetry/clock.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace signalbox::gateway {

struct RefresherParts {
  UpstreamClient& upstream;
  SnapshotSource& snapshots;
  auth::AccessState& access;
  telemetry::Logger& log;
  telemetry::Registry& metrics;
  const telemetry::Clock& clock;
};

// Everything in `parts` outlives the threads' loops (IoThreads::stop).
void start_jwks_refresher(IoThreads& io, const RefresherParts& parts);

}  // namespace signalbox::gateway
