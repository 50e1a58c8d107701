// signalbox version.
#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/commands.h"

namespace signalbox::cli {

Command add_version(CLI::App& app) {
  app.add_subcommand("version", "Print the version.");
  return [] {
    std::cout << "signalbox " << SIGNALBOX_VERSION << "\n";
    return kGood;
  };
}

}  // namespace signalbox::cli
