// signalbox eval: routing scenarios with expectations.
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/documents.h"
#include "cli/images.h"
#include "cli/load_config.h"
#include "cli/model_loader.h"
#include "models/served_models.h"
#include "probes/run.h"

namespace signalbox::cli {

namespace {

struct Flags {
  std::vector<std::string> files;
  std::string probes;
  bool json = false, strict = false, verbose = false, scores = false;
};

// One line that is rewritten, on a terminal only.
std::function<void(const probes::ProbeResult&, std::size_t, std::size_t)> progress_bar(bool json) {
  if (json || isatty(STDERR_FILENO) == 0) return nullptr;
  return [](const probes::ProbeResult& probe, std::size_t done, std::size_t total) {
    constexpr std::size_t kWidth = 30;
    const std::size_t filled = total == 0 ? kWidth : kWidth * done / total;
    std::cerr << "\r\033[K[" << std::string(filled, '#') << std::string(kWidth - filled, '.') << "] " << done << "/"
              << total << " " << probe.id << (done == total ? "\r\033[K" : "") << std::flush;
  };
}

int run(const Flags& flags) {
  const probes::LoadedProbes loaded = probes::load_probe_file(flags.probes);
  for (const config::Diagnostic& diagnostic : loaded.diagnostics->items())
    std::cerr << config::to_text(diagnostic) << "\n";
  if (loaded.unreadable) return kUsage;
  if (!loaded.file) return kFailed;
  models::ServedModels models(model_loader(), nullptr);
  const ConfigForCommand config = load_config(flags.files, false, &models);
  if (config.exit_code != 0) return config.exit_code;
  const router::Snapshot& snapshot = *config.loaded.snapshot;
  const auto images = make_image_reader(snapshot.spec->global.router);
  const auto documents = make_document_reader(snapshot.spec->global.router);
  probes::RunOptions options;
  options.images = images.get();
  options.documents = documents.get();
  options.strict = flags.strict;
  options.scores = flags.scores;
  options.progress = progress_bar(flags.json);
  const probes::ProbeReport report = probes::run_probes(snapshot, *loaded.file, options);
  std::cout << (flags.json ? probes::report_json(report).dump(2) + "\n" : probes::report_text(report, flags.verbose));
  return report.ok ? kGood : kFailed;
}

}  // namespace

Command add_eval(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("eval", "Judge routing scenarios with expectations: pass or fail per probe.");
  add_config_options(*command, flags->files);
  command->add_option("--probes", flags->probes, "Probe file.")->required();
  command->add_flag("--json", flags->json, "Print {total, passed, failed, needs_model, probes[]}.");
  command->add_flag("--strict", flags->strict, "Probes that need a model fail, too.");
  command->add_flag("--scores", flags->scores, "Show what signals measured and the thresholds they are held against.");
  command->add_flag("-v,--verbose", flags->verbose, "List passed probes.");
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
