// Takes a new configuration through all its checks and puts it into force, or says why not.
//
//   read() or judge()  files or texts -> a Candidate: parsed, validated, compiled, within the memory cap
//   apply()            a Candidate    -> the snapshot in force, and what everybody is told: log, metrics, status()
//
// A candidate that is not good changes nothing but what is told. apply() and the making of candidates belong to one
// thread (the Reloader's); status() is for any thread. What the parts refer to outlives this.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/load.h"
#include "gateway/snapshot_source.h"
#include "lifecycle/memory.h"
#include "lifecycle/reload_types.h"
#include "lifecycle/restart_needs.h"
#include "lifecycle/retired.h"
#include "router/load.h"
#include "telemetry/clock.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace signalbox::lifecycle {

struct ApplierParts {
  gateway::SnapshotSource& snapshots;  // holds the configuration that the process was started with
  std::vector<std::string> files;
  config::Environment environment;
  bool degraded = false;                                           // security signals may lack their models
  std::function<std::string(const router::Loaded& loaded)> shown;  // the document for people, without secrets
  std::vector<Reloadable> reloadables;
  telemetry::Logger& log;
  telemetry::Registry& metrics;
  const telemetry::Clock& clock;
  std::function<std::uint64_t()> resident = resident_bytes;
  std::function<std::uint64_t()> memory_limit = [] { return memory_limit_bytes(); };
  models::ServedModels* models = nullptr;  // opens the models that configurations name; null: none is opened
};

// A configuration that might be put into force.
struct Candidate {
  Outcome outcome = Outcome::applied;  // or why it may not be
  std::string message;
  router::Loaded loaded;
  std::vector<std::function<void()>> commits;  // of the reloadables
  std::shared_ptr<const std::string> shown;    // made by apply()
};

// The configuration in force, for people to look at, and how the last reload went.
struct Status {
  std::shared_ptr<const std::string> shown;
  std::string fingerprint;
  std::optional<ReloadResult> last_error;  // of the last reload, if it was not good
};

class Applier {
 public:
  using Texts = std::vector<std::pair<std::string, std::string>>;  // file name, text

  // `first`: the configuration that is in force already.
  Applier(ApplierParts parts, const router::Loaded& first);
  Applier(const Applier&) = delete;
  Applier& operator=(const Applier&) = delete;

  Candidate read();
  Candidate judge(const Texts& texts);
  // `source` file: a candidate that says what is in force already is left alone (Outcome::unchanged).
  ReloadResult apply(Candidate candidate, Source source);
  // Frees the former snapshots that are no longer in use.
  void release_retired();
  std::size_t retired() const { return retired_.size(); }

  // The files, and those that reloadables need under the snapshot in force.
  std::vector<std::string> watched_files() const;
  const std::vector<std::string>& files() const { return parts_.files; }
  const router::ReloadSpec& settings() const { return snapshot_->spec->global.services.reload; }
  Status status() const;

 private:
  std::uint64_t cap() const;
  bool above_cap() const;
  Candidate load(const Texts& texts);
  void check_models(Candidate& candidate) const;
  void check_memory(Candidate& candidate) const;
  void prepare_others(Candidate& candidate) const;
  void render(Candidate& candidate) const;
  void put_into_force(Candidate& candidate);
  void tell(const ReloadResult& result);

  ApplierParts parts_;
  StartedWith started_;
  gateway::SnapshotSource::Pointer snapshot_;  // in force
  RetiredSnapshots retired_;
  telemetry::Family<telemetry::Counter>& reloads_;
  telemetry::Gauge& last_success_;
  telemetry::Gauge& last_successful_;
  telemetry::Gauge& live_;
  mutable std::mutex mutex_;
  Status status_;
};

}  // namespace signalbox::lifecycle
