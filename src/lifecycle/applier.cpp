#include "lifecycle/applier.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>

#include "lifecycle/config_file.h"

namespace signalbox::lifecycle {
namespace {

constexpr std::size_t kMostLoggedErrors = 100;
constexpr std::uint64_t kMiB = 1u << 20;

double seconds_of(std::chrono::system_clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

Candidate refused(Outcome outcome, std::string message) {
  Candidate candidate;
  candidate.outcome = outcome;
  candidate.message = std::move(message);
  return candidate;
}

// A tree takes far more memory than its text, and aliases multiply it: what may be expanded is bounded by what may be
// written.
config::ParseLimits limits_for(std::size_t max_document_bytes) {
  config::ParseLimits limits;
  limits.max_bytes = max_document_bytes;
  limits.max_nodes = std::clamp<std::size_t>(max_document_bytes / 8, 20'000, limits.max_nodes);
  return limits;
}

}  // namespace

Applier::Applier(ApplierParts parts, const router::Loaded& first)
    : parts_(std::move(parts)),
      started_(*first.snapshot->spec),
      snapshot_(first.snapshot),
      reloads_(parts_.metrics.counter("signalbox_config_reloads_total", "Configuration reloads by how they ended.",
                                      {"result"})),
      last_success_(parts_.metrics
                        .gauge("signalbox_config_last_reload_success_timestamp_seconds",
                               "When the configuration in force was loaded or confirmed.")
                        .get()),
      last_successful_(
          parts_.metrics.gauge("signalbox_config_last_reload_successful", "1 if the last reload was good, else 0.")
              .get()),
      live_(parts_.metrics
                .gauge("signalbox_config_snapshots",
                       "Configurations in memory: the one in force, and former ones still in use by requests.")
                .get()) {
  status_ = {std::make_shared<const std::string>(parts_.shown(first)), first.snapshot->fingerprint, std::nullopt};
  last_success_.set(seconds_of(parts_.clock.system_now()));
  last_successful_.set(1);
  live_.set(1);
}

Status Applier::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::vector<std::string> Applier::watched_files() const {
  std::vector<std::string> files = parts_.files;
  for (const Reloadable& one : parts_.reloadables) {
    if (!one.files) continue;
    std::vector<std::string> more = one.files(*snapshot_);
    files.insert(files.end(), more.begin(), more.end());
  }
  return files;
}

Candidate Applier::read() {
  const auto most = static_cast<std::size_t>(settings().max_document_bytes);
  Texts texts;
  std::size_t total = 0;
  for (const std::string& file : parts_.files) {
    std::expected<std::string, FileError> text = read_file(file, most);
    if (!text && text.error().kind != FileError::Kind::too_large)
      return refused(Outcome::unreadable, text.error().message);
    total += text ? text->size() : most + 1;
    if (total > most) {
      return refused(Outcome::too_large,
                     fmt::format("the files are larger than global.services.reload.max_document_bytes ({})", most));
    }
    texts.emplace_back(file, std::move(*text));
  }
  return judge(texts);
}

Candidate Applier::judge(const Texts& texts) {
  if (above_cap()) {
    return refused(Outcome::over_memory_cap,
                   fmt::format("the process holds more than its {} MiB already", cap() / kMiB));
  }
  try {
    Candidate candidate = load(texts);
    if (is_good(candidate.outcome)) check_models(candidate);
    if (is_good(candidate.outcome)) check_memory(candidate);
    if (is_good(candidate.outcome)) prepare_others(candidate);
    return candidate;
  } catch (const std::exception& error) {
    return refused(Outcome::failed, fmt::format("loading failed: {}", error.what()));
  }
}

Candidate Applier::load(const Texts& texts) {
  std::vector<std::string> names;
  for (const auto& [name, text] : texts) names.push_back(name);
  const auto text_of = [&texts](const std::string& name) -> std::optional<std::string> {
    const auto found = std::ranges::find(texts, name, &Texts::value_type::first);
    return found == texts.end() ? std::nullopt : std::optional(found->second);
  };
  Candidate candidate;
  candidate.loaded = router::load(names, parts_.environment, text_of,
                                  limits_for(static_cast<std::size_t>(settings().max_document_bytes)), parts_.models);
  if (candidate.loaded.snapshot) return candidate;
  candidate.outcome = Outcome::invalid;
  candidate.message = fmt::format("the configuration has {} error(s)", candidate.loaded.diagnostics->errors());
  return candidate;
}

// As at start: security signals without their models are a decision for a person to make.
void Applier::check_models(Candidate& candidate) const {
  const auto& missing = candidate.loaded.snapshot->missing_security_models;
  if (missing.empty() || parts_.degraded) return;
  candidate.outcome = Outcome::missing_models;
  candidate.message = fmt::format(
      "{} security signal(s) have no model, first {} of recipe {}; start with --degraded to serve all the same",
      missing.size(), missing.front().signal, missing.front().recipe);
}

std::uint64_t Applier::cap() const {
  const auto configured = static_cast<std::uint64_t>(settings().memory_cap_mb) * kMiB;
  return configured > 0 ? configured : parts_.memory_limit() / 10 * 9;
}

// Memory that was freed but not given back is not held: look again after giving it back.
bool Applier::above_cap() const {
  const std::uint64_t most = cap();
  if (most == 0 || parts_.resident() <= most) return false;
  ::malloc_trim(0);
  return parts_.resident() > most;
}

void Applier::check_memory(Candidate& candidate) const {
  if (!above_cap()) return;
  candidate.outcome = Outcome::over_memory_cap;
  candidate.message = fmt::format("with this configuration the process would hold more than its {} MiB", cap() / kMiB);
}

void Applier::prepare_others(Candidate& candidate) const {
  for (const Reloadable& one : parts_.reloadables) {
    auto commit = one.prepare(*candidate.loaded.snapshot);
    if (!commit) {
      candidate.outcome = Outcome::refused;
      candidate.message = fmt::format("{}: {}", one.name, commit.error());
      candidate.commits.clear();
      return;
    }
    candidate.commits.push_back(std::move(*commit));
  }
}

ReloadResult Applier::apply(Candidate candidate, Source source) {
  if (is_good(candidate.outcome)) render(candidate);
  ReloadResult result;
  result.source = source;
  result.outcome = candidate.outcome;
  result.message = std::move(candidate.message);
  if (candidate.loaded.diagnostics) result.diagnostics = candidate.loaded.diagnostics->items();
  if (is_good(candidate.outcome)) {
    const router::Snapshot& next = *candidate.loaded.snapshot;
    result.needs_restart = needs_restart(started_, *next.spec);
    if (source == Source::file && next.fingerprint == snapshot_->fingerprint) {
      result.outcome = Outcome::unchanged;
      for (const auto& commit : candidate.commits) commit();
    } else {
      put_into_force(candidate);
    }
  } else {
    candidate.loaded = {};  // here and not in the caller's hands: it may be large
    ::malloc_trim(0);
  }
  result.fingerprint = snapshot_->fingerprint;
  result.at = parts_.clock.system_now();
  tell(result);
  return result;
}

// The last step that can fail, for want of memory.
void Applier::render(Candidate& candidate) const {
  try {
    candidate.shown = std::make_shared<const std::string>(parts_.shown(candidate.loaded));
  } catch (const std::exception& error) {
    candidate.outcome = Outcome::failed;
    candidate.message = fmt::format("loading failed: {}", error.what());
  }
}

void Applier::put_into_force(Candidate& candidate) {
  snapshot_ = candidate.loaded.snapshot;
  {
    const std::lock_guard lock(mutex_);
    status_.shown = std::move(candidate.shown);
    status_.fingerprint = snapshot_->fingerprint;
  }
  retired_.add(parts_.snapshots.replace(snapshot_));
  live_.set(static_cast<double>(1 + retired_.size()));
  for (const auto& commit : candidate.commits) commit();
}

void Applier::release_retired() {
  if (retired_.release() == 0) return;
  live_.set(static_cast<double>(1 + retired_.size()));
  if (retired_.size() == 0) ::malloc_trim(0);
}

void Applier::tell(const ReloadResult& result) {
  using telemetry::Level;
  reloads_.with({to_string(result.outcome)}).increment();
  last_successful_.set(result.good() ? 1 : 0);
  if (result.good()) last_success_.set(seconds_of(result.at));
  {
    const std::lock_guard lock(mutex_);
    status_.last_error = result.good() ? std::nullopt : std::optional(result);
  }
  std::size_t logged = 0;
  for (const config::Diagnostic& item : result.diagnostics) {
    if (item.severity != config::Severity::error || ++logged > kMostLoggedErrors) continue;
    parts_.log.log(Level::error, "config_error",
                   {{"file", item.file},
                    {"line", item.line},
                    {"column", item.column},
                    {"path", item.path},
                    {"code", item.code},
                    {"message", item.message}});
  }
  for (const std::string& path : result.needs_restart)
    parts_.log.log(Level::warn, "config_needs_restart", {{"path", path}});
  parts_.log.log(result.good() ? Level::info : Level::error,
                 result.good() ? "config_reloaded" : "config_reload_refused",
                 {{"result", to_string(result.outcome)},
                  {"source", to_string(result.source)},
                  {"fingerprint", result.fingerprint},
                  {"errors", result.errors()},
                  {"message", result.message}});
}

}  // namespace signalbox::lifecycle
