// Internal to the gateway: the backends of a configuration as running things: connections, health, balancing.
//
// A snapshot's set is made once, kept in the snapshot, and dies with it. Backends are shared between the sets of
// successive snapshots: one that stays in the configuration unchanged keeps its connections, health and counters over
// every reload; one that left is freed with the last snapshot (and its last connection) that used it.
//
// Thread-safe. UpstreamRegistry is owned by the relay; its once-a-second look (health gauges, sets of new snapshots,
// what left) ends when it is destroyed.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/backend.h"
#include "gateway/chat_service.h"
#include "upstream/cluster.h"
#include "upstream/random.h"

namespace signalbox::gateway {

struct UpstreamModel {
  std::vector<std::shared_ptr<const Backend>> backends;  // by the index of router::Model::backends
  std::unique_ptr<upstream::Cluster> cluster;
};

struct UpstreamSet {
  std::vector<UpstreamModel> models;  // by the index of router::Snapshot::models
};

class UpstreamRegistry : public std::enable_shared_from_this<UpstreamRegistry> {
 public:
  explicit UpstreamRegistry(const ChatServices& services) : s_(services) {}
  // The first call for a snapshot makes its set; backends with active checks are checked from then on.
  UpstreamSet& of(const router::Snapshot& snapshot);
  // Begins the once-a-second look, with the snapshot in force first. Once, at start-up.
  void watch();

 private:
  std::shared_ptr<UpstreamSet> make(const router::Snapshot& snapshot);
  std::shared_ptr<const Backend> backend_of(const router::Model& model, const router::BackendTarget& target,
                                            const router::Snapshot& snapshot);
  std::shared_ptr<const Backend> make_backend(const BackendConfig& config);
  void look();
  static Task<void> keep_looking(std::weak_ptr<UpstreamRegistry> weak);

  ChatServices s_;
  std::mutex mutex_;
  struct Known {
    std::weak_ptr<const Backend> backend;
    telemetry::Gauge* healthy = nullptr;  // the registry's; it outlives the backend
  };
  std::map<std::string, Known> backends_;  // by everything that makes a backend what it is
};

}  // namespace signalbox::gateway
