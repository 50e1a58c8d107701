// Handlers as plain functions: for management endpoints and everything else that answers whole and may take its time.
//
// The function runs on the compute pool, so a slow one holds no I/O thread; it must be callable from several threads at
// once. A full pool answers 503 with Retry-After, an exception 500 (its text goes to the log, not to the client).
#pragma once

#include <functional>
#include <memory>

#include "gateway/compute_pool.h"
#include "gateway/http.h"
#include "telemetry/log.h"

namespace signalbox::gateway {

class Handler;
using SyncHandler = std::function<HttpResponse(const HttpRequest&)>;

// `pool` and `log` must outlive the handler.
std::shared_ptr<Handler> make_sync_handler(SyncHandler function, ComputePool& pool, telemetry::Logger& log);

}  // namespace signalbox::gateway
