// Loading a configuration for a subcommand: problems go to standard error, the exit code says how it went.
#pragma once

#include <string>
#include <vector>

#include "router/load.h"

namespace CLI {
class App;
}

namespace signalbox::cli {

// -c/--config FILE… and --substitute pack, which stands for the environment variable SIGNALBOX_SUBSTITUTE: a reload
// reads it again. `files` must outlive the app's parse.
void add_config_options(CLI::App& command, std::vector<std::string>& files);

struct ConfigForCommand {
  router::Loaded loaded;
  int exit_code = 0;  // 0, or what the command must return
};

// Prints errors and what it says of models (and with `warnings` all warnings, too). `models` opens the models that the
// configuration names; null: none is opened, and their signals are unknown.
ConfigForCommand load_config(const std::vector<std::string>& paths, bool warnings,
                             models::ServedModels* models = nullptr);
void print_diagnostics(const router::Loaded& loaded, bool warnings);

}  // namespace signalbox::cli
