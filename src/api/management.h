// The management port: health, metrics, evaluation without sending, the configuration in force, changes to it, and the
// explain page.
//
// Promises: every error has VSR's management shape {"error":{code, message, timestamp, request_id}}; a page of another
// site gets nothing (Host allow-list against DNS rebinding, Origin check on everything that is not a read, no CORS
// headers, a strict Content-Security-Policy); secrets of the configuration never leave; nothing is cached.
// Writes need a bearer token, on loopback too; reads do where management_api.auth.mode says so, but for /health and
// /ready.
//
// The handler is called from any number of threads at once and blocks while pictures are read: serve it through
// gateway::make_sync_handler. Owned by whoever starts the process; everything in ManagementServices outlives it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "evidence/document_reader.h"
#include "evidence/image_reader.h"
#include "gateway/snapshot_source.h"
#include "gateway/sync_handler.h"
#include "lifecycle/editor.h"
#include "router/load.h"
#include "telemetry/clock.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace signalbox::api {

// The largest body that is looked at. A listener for this handler should take a little more, so that the answer to a
// larger one comes from here.
inline constexpr std::size_t kMaxManagementBody = 10u << 20;

// What is running since when.
struct BuildInfo {
  std::string version;  // "0.1.0"
  std::string isa;      // "x86-64-v3": what the kernels dispatch to
  std::chrono::system_clock::time_point started;
};

// The configuration as it was loaded, for people to look at.
struct ConfigDocument {
  std::string json;         // without its secrets, see redacted_json
  std::string fingerprint;  // of the document (Snapshot::fingerprint)
};

// The document of `loaded` as JSON with every secret, and everything that might be one, replaced. Any thread.
std::string redacted_json(const router::Loaded& loaded);

class ManagementAuth;

struct ManagementServices {
  gateway::SnapshotSource& snapshots;
  std::function<router::Loaded(std::string_view yaml)> validate;  // any thread
  std::function<ConfigDocument()> config;                         // any thread; belongs to the snapshot in force
  evidence::ImageReader* images = nullptr;                        // null: pictures are unjudged (ocr_missing)
  evidence::DocumentReader* documents = nullptr;                  // null: documents are unjudged (reader_missing)
  telemetry::Registry& metrics;
  telemetry::Logger& log;
  const telemetry::Clock& clock;
  BuildInfo build;
  std::string bind_address = "127.0.0.1";  // what the port is really bound to: a Host that is served
  std::function<bool()> draining = {};     // true while the process finishes its last requests; /ready then says 503
  lifecycle::Editor* editor = nullptr;     // null: the configuration cannot be changed here
  std::function<std::shared_ptr<const ManagementAuth>()> auth = {};  // in force now; empty: writes are refused
};

gateway::SyncHandler make_management(const ManagementServices& services);

}  // namespace signalbox::api
