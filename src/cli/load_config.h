// Loading a configuration for a subcommand: problems go to standard error, the exit code says how it went.
#pragma once

#include <string>
#include <vector>

#include "router/load.h"

namespace signalbox::cli {

struct ConfigForCommand {
  router::Loaded loaded;
  int exit_code = 0;  // 0, or what the command must return
};

// Prints errors (and with `warnings` the warnings, too). `models` opens the models that the configuration names; null:
// none is opened, and their signals are unknown.
ConfigForCommand load_config(const std::vector<std::string>& paths, bool warnings,
                             models::ServedModels* models = nullptr);
void print_diagnostics(const router::Loaded& loaded, bool warnings);

}  // namespace signalbox::cli
