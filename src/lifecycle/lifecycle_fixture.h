// For tests of lifecycle/: a folder with a configuration file, and an Applier over it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "lifecycle/applier.h"

namespace signalbox::lifecycle::testing {

// A valid configuration; `mark` becomes the keyword of its rule.
inline std::string config_text(const std::string& mark, const std::string& reload = "") {
  return "version: v0.3\n"
         "listeners: [{name: gateway, address: 127.0.0.1, port: 18899}]\n"
         "global: {services: {reload: {debounce: 1ms" +
         (reload.empty() ? "" : ", " + reload) +
         "}}}\n"
         "providers:\n"
         "  defaults: {default_model: small}\n"
         "  models:\n"
         "    - {name: small, backend_refs: [{endpoint: '127.0.0.1:9', api_key: sk-inline-secret}]}\n"
         "routing:\n"
         "  modelCards: [{name: small}]\n"
         "  signals: {keywords: [{name: word, operator: OR, keywords: [" +
         mark +
         "]}]}\n"
         "  decisions: [{name: only, rules: {type: keyword, name: word}, modelRefs: [{model: small}]}]\n";
}

// Keeps lines as "event key=value …".
class RecordingLogger final : public telemetry::Logger {
 public:
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  bool has(std::string_view part) const {
    for (const std::string& line : lines()) {
      if (line.contains(part)) return true;
    }
    return false;
  }

 private:
  void write(telemetry::Level, std::string_view event, std::span<const telemetry::Field> fields) override {
    std::string line(event);
    for (const telemetry::Field& field : fields) {
      line += " " + std::string(field.key) + "=";
      if (const auto* text = std::get_if<std::string_view>(&field.value)) line += *text;
      if (const auto* number = std::get_if<std::int64_t>(&field.value)) line += std::to_string(*number);
    }
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

class ConfigFolder {
 public:
  ConfigFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "signalbox-config-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = pattern;
  }
  ~ConfigFolder() { std::filesystem::remove_all(folder_); }
  ConfigFolder(const ConfigFolder&) = delete;
  ConfigFolder& operator=(const ConfigFolder&) = delete;

  std::filesystem::path path() const { return folder_; }
  std::string file() const { return (folder_ / "router.yaml").string(); }
  void write(const std::string& text) const { std::ofstream(file()) << text; }
  std::string read() const { return read(file()); }
  static std::string read(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::filesystem::path folder_;
};

class ApplierTest : public ::testing::Test {
 protected:
  ApplierTest() { folder_.write(config_text("first")); }

  std::unique_ptr<Applier> make_applier() {
    const router::Loaded loaded = router::load({folder_.file()}, environment());
    if (!loaded.snapshot) throw std::runtime_error(config::to_text(loaded.diagnostics->items().front()));
    snapshots_.set(loaded.snapshot);
    ApplierParts parts{.snapshots = snapshots_,
                       .files = {folder_.file()},
                       .environment = environment(),
                       .degraded = degraded_,
                       .shown = [](const router::Loaded& l) { return "shown " + l.snapshot->fingerprint; },
                       .reloadables = reloadables_,
                       .log = log_,
                       .metrics = metrics_,
                       .clock = clock_,
                       .resident = [this] { return resident_.load(); },
                       .memory_limit = [this] { return limit_.load(); }};
    return std::make_unique<Applier>(std::move(parts), loaded);
  }

  config::Environment environment() const {
    return [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables_.find(name);
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    };
  }

  // The keyword that requests are judged by now.
  std::string mark_in_force() const {
    for (const char* mark : {"first", "second", "third"}) {
      if (snapshots_.get()->fingerprint == fingerprint_of(config_text(mark))) return mark;
    }
    return "";
  }
  static std::string fingerprint_of(const std::string& text) {
    return router::load_text(text, "x", [](const std::string&) { return std::optional<std::string>(); })
        .snapshot->fingerprint;
  }
  double reloads(std::string_view result) {
    return metrics_.counter("signalbox_config_reloads_total", "", {"result"}).with({result}).value();
  }
  double gauge(const std::string& name) { return metrics_.gauge(name, "").get().value(); }

  ConfigFolder folder_;
  gateway::SnapshotSource snapshots_{nullptr};
  RecordingLogger log_;
  telemetry::Registry metrics_;
  telemetry::ManualClock clock_;
  std::map<std::string, std::string> variables_;
  std::vector<Reloadable> reloadables_;
  bool degraded_ = false;
  std::atomic<std::uint64_t> resident_{100u << 20}, limit_{1000u << 20};
};

}  // namespace signalbox::lifecycle::testing
