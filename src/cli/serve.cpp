// signalbox serve: the gateway and the management port, in the foreground.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/load_config.h"
#include "cli/model_loader.h"
#include "cli/server.h"
#include "models/served_models.h"

namespace signalbox::cli {

namespace {

struct Flags {
  std::vector<std::string> files;
  bool degraded = false;
  std::string demo_backend;
};

// Security signals without a model: starting anyway is a decision for a person to make.
bool refuse_missing_models(const router::Snapshot& snapshot, bool degraded) {
  if (snapshot.missing_security_models.empty()) return false;
  std::cerr << "signalbox: security signals have no model:\n";
  for (const router::MissingModel& missing : snapshot.missing_security_models) {
    std::cerr << "  " << missing.signal << " (recipe " << missing.recipe << ")\n";
  }
  if (degraded) {
    std::cerr << "signalbox: --degraded: serving all the same; these signals count as matches (on_unknown: match)\n";
    return false;
  }
  std::cerr
      << "One of these helps:\n"
         "  signalbox models pull HF_ID   put the model where the configuration looks for it (not in this build yet)\n"
         "  --substitute pack             use the built-in pack where it has a model for the role\n"
         "  on_unknown: …                 say at each such leaf what an unknown signal counts as\n"
         "or start with --degraded: the signals then count as matches.\n";
  return true;
}

int run(const Flags& flags) {
  telemetry::Registry metrics;  // outlives every snapshot: models and backends count in it
  models::ServedModels models(model_loader(), &metrics);
  ConfigForCommand config = load_config(flags.files, true, &models);
  if (config.exit_code != 0) return kUsage;
  if (refuse_missing_models(*config.loaded.snapshot, flags.degraded)) return kUsage;
  ServerOptions options;
  options.files = flags.files;
  options.degraded = flags.degraded;
  options.demo_backend = flags.demo_backend;
  options.models = &models;
  return serve(std::move(config.loaded), metrics, options);
}

}  // namespace

Command add_serve(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("serve", "Run the gateway and the management port in the foreground.");
  add_config_options(*command, flags->files);
  command->add_flag("--degraded", flags->degraded, "Start although security signals have no model.");
  command->add_option("--demo-backend", flags->demo_backend, "Also run the demo backend, on ADDRESS:PORT.");
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
