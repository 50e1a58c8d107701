#include "cli/load_config.h"

#include <iostream>

#include "cli/commands.h"

namespace signalbox::cli {

void print_diagnostics(const router::Loaded& loaded, bool warnings) {
  for (const config::Diagnostic& diagnostic : loaded.diagnostics->items()) {
    if (warnings || diagnostic.severity == config::Severity::error) std::cerr << config::to_text(diagnostic) << "\n";
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
