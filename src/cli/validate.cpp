// signalbox validate: every error of a configuration at once.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/validate_json.h"
#include "cli/commands.h"
#include "cli/load_config.h"

namespace signalbox::cli {

namespace {

struct Flags {
  std::vector<std::string> files;
  bool json = false;
  bool strict = false;
};

int run(const Flags& flags) {
  const router::Loaded loaded = router::load(flags.files, config::process_environment());
  const std::size_t errors = loaded.diagnostics->errors();
  const std::size_t warnings = loaded.diagnostics->warnings();
  if (flags.json) {
    std::cout << api::validate_json(*loaded.diagnostics).dump(2) << "\n";
  } else {
    print_diagnostics(loaded, true);
    std::cout << (errors == 0 ? "valid" : "invalid") << ": " << errors << " error(s), " << warnings << " warning(s)\n";
  }
  if (loaded.unreadable) return kUsage;
  return errors > 0 || (flags.strict && warnings > 0) ? kFailed : kGood;
}

}  // namespace

Command add_validate(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("validate", "Check a configuration: every error with line, path and suggestion.");
  add_config_options(*command, flags->files);
  command->add_flag("--json", flags->json, "Print {valid, errors[], warnings[]}.");
  command->add_flag("--strict", flags->strict, "Warnings fail, too.");
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
