// The management port of this process: the parts that api/ needs, put together.
#pragma once

#include <atomic>
#include <memory>

#include "cli/management_access.h"
#include "evidence/document_reader.h"
#include "evidence/image_reader.h"
#include "gateway/compute_pool.h"
#include "gateway/snapshot_source.h"
#include "lifecycle/editor.h"
#include "telemetry/clock.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace signalbox::gateway {
class Handler;
}

namespace signalbox::cli {

// Everything outlives the handler.
struct ManagementParts {
  gateway::SnapshotSource& snapshots;
  lifecycle::Editor& editor;
  const ManagementAccess& access;
  std::string bind_address;
  evidence::ImageReader* images;
  evidence::DocumentReader* documents;
  gateway::ComputePool& compute;
  telemetry::Logger& log;
  telemetry::Registry& metrics;
  const telemetry::Clock& clock;
  const std::atomic<bool>& draining;
  std::string folder;  // of the configuration file
};

std::shared_ptr<gateway::Handler> make_management_handler(const ManagementParts& parts);

}  // namespace signalbox::cli
