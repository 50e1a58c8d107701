#include "cli/load_config.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "cli/commands.h"

namespace signalbox::cli {

void add_config_options(CLI::App& command, std::vector<std::string>& files) {
  command.add_option("-c,--config", files, "Configuration file; several merge in order.")->required();
  const auto substitute = [](const std::string& what) { ::setenv("SIGNALBOX_SUBSTITUTE", what.c_str(), 1); };
  command
      .add_option_function<std::string>("--substitute", substitute,
                                        "pack: models that are not there are replaced by the built-in pack's.")
      ->check(CLI::IsMember({"pack"}));
}

namespace {

// Warnings that change what any command shows: another model answers, or a probability is missing.
bool always_told(const config::Diagnostic& diagnostic) {
  return diagnostic.severity == config::Severity::error || diagnostic.code == "calibration_refused" ||
         diagnostic.code == "model_substituted";
}

}  // namespace

void print_diagnostics(const router::Loaded& loaded, bool warnings) {
  for (const config::Diagnostic& diagnostic : loaded.diagnostics->items()) {
    if (warnings || always_told(diagnostic)) std::cerr << config::to_text(diagnostic) << "\n";
  }
}

ConfigForCommand load_config(const std::vector<std::string>& paths, bool warnings, models::ServedModels* models) {
  ConfigForCommand result;
  result.loaded = router::load(paths, config::process_environment(), {}, {}, models);
  print_diagnostics(result.loaded, warnings);
  if (result.loaded.unreadable) {
    result.exit_code = kUsage;
  } else if (!result.loaded.snapshot) {
    std::cerr << "signalbox: " << result.loaded.diagnostics->errors() << " error(s) in the configuration\n";
    result.exit_code = kFailed;
  }
  return result;
}

}  // namespace signalbox::cli
