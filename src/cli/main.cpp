#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/server.h"
#include "vision/worker.h"

int main(int argc, char** argv) {
  using namespace signalbox;
  // The same binary is its own picture reader; before anything else, and with nothing of the parent's.
  if (argc == 3 && std::string_view(argv[1]) == vision::kWorkerArgument)
    return vision::run_image_worker(std::atoi(argv[2]));
  std::signal(SIGPIPE, SIG_IGN);
  cli::open_standard_files();

  CLI::App app{"Signalbox: routes LLM requests by the signals in them."};
  app.require_subcommand(1);
  app.fallthrough(false);
  std::vector<std::pair<std::string, cli::Command>> commands;
  commands.emplace_back("serve", cli::add_serve(app));
  commands.emplace_back("validate", cli::add_validate(app));
  commands.emplace_back("explain", cli::add_explain(app));
  commands.emplace_back("eval", cli::add_eval(app));
  commands.emplace_back("schema", cli::add_schema(app));
  commands.emplace_back("mock-upstream", cli::add_mock_upstream(app));
  commands.emplace_back("health", cli::add_health(app));
  commands.emplace_back("hash-key", cli::add_hash_key(app));
  commands.emplace_back("embed", cli::add_embed(app));
  commands.emplace_back("views", cli::add_views(app));
  commands.emplace_back("parity", cli::add_parity(app));
  commands.emplace_back("train", cli::add_train(app));
  commands.emplace_back("calibrate", cli::add_calibrate(app));
  commands.emplace_back("version", cli::add_version(app));
  try {
    app.parse(argc, argv);
    for (const auto& [name, command] : commands) {
      if (app.got_subcommand(name)) return command();
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::kGood : cli::kUsage;
  } catch (const std::exception& error) {
    std::cerr << "signalbox: " << error.what() << "\n";
    return cli::kUsage;
  }
  return cli::kUsage;
}
