// The demo backend: an OpenAI-compatible server that answers in a fixed, informative way and fails on demand.
//
// It tells what reached it (model, policy headers, system prompt, tools, images), never what was written. Used by
// `signalbox mock-upstream`, embedded by `make run`, and the counterpart of the gateway's fault tests.
//
// Faults are taken from MockOptions, overridden by a suffix of the model name (`demo@status=429,retry_after=7`),
// overridden by request headers (`x-mock-status: 429`, `x-mock-retry-after: 7`; `_` is written `-`).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/clock.h"

namespace signalbox::gateway {

class Handler;

struct MockFaults {
  int latency_ms = 0;       // before anything is answered
  int status = 0;           // e.g. 429, 500, 503: an OpenAI error object instead of an answer
  int retry_after = 1;      // seconds, with 429 and 503
  int cut_after = -1;       // break off after so many frames of a stream (without: that many tenths of the body)
  bool half_frame = false;  // break off in the middle of a frame
  bool disconnect = false;  // close before any answer
  bool garbage = false;     // bytes that are not HTTP
  int chunk_delay_ms = 0;   // between frames
  int drip_bytes = 0;       // write in pieces of so many bytes, chunk_delay_ms apart
};

// Sets one fault by name ("latency_ms", "status", …; flags take 1/0/true/false). False: no such name or a bad value.
bool set_fault(MockFaults& faults, std::string_view name, std::string_view value);

struct MockOptions {
  MockFaults faults;
  std::vector<std::string> models = {"mock-small", "mock-large"};  // what GET /v1/models lists; any name is answered
};

// POST /v1/chat/completions, GET /v1/models, GET /v1/models/{id}, GET /health. `clock` must outlive the handler.
std::shared_ptr<Handler> make_mock_upstream(MockOptions options, const telemetry::Clock& clock);

}  // namespace signalbox::gateway
