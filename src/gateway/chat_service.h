// The gateway port: POST /v1/chat/completions, GET /v1/models and /v1/models/{id}; where they are opened, POST
// /v1/embeddings and /v1/completions.
//
// One request walks through named passes (chat_service.cpp: handle_request). Shared by all connections; what belongs to
// one request lives in its own Exchange.
#pragma once

#include <memory>

#include "auth/access_state.h"
#include "evidence/document_reader.h"
#include "evidence/image_reader.h"
#include "gateway/compute_pool.h"
#include "gateway/snapshot_source.h"
#include "telemetry/clock.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace signalbox::gateway {

class Handler;
class UpstreamClient;

// Everything outlives the handler. `images` and `documents` may be null: pictures are then unjudged (ocr_missing),
// documents too (reader_missing).
struct ChatServices {
  SnapshotSource& snapshots;
  UpstreamClient& upstream;
  ComputePool& compute;
  evidence::ImageReader* images = nullptr;
  telemetry::Logger& log;
  telemetry::Registry& metrics;
  const telemetry::Clock& clock;
  auth::AccessState& access;
  evidence::DocumentReader* documents = nullptr;
};

std::shared_ptr<Handler> make_chat_service(const ChatServices& services);

}  // namespace signalbox::gateway
