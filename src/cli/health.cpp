// signalbox health: is the router on this machine alive, or ready? For container health checks: no curl, no shell.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "cli/address.h"
#include "cli/commands.h"
#include "gateway/blocking_get.h"

namespace signalbox::cli {

namespace {

struct Flags {
  std::string address = "127.0.0.1:8080";
  bool ready = false;
  int timeout_seconds = 5;
};

int run(const Flags& flags) {
  const Address address = parse_address(flags.address);
  const std::string path = flags.ready ? "/ready" : "/health";
  const auto status =
      gateway::blocking_get(address.host, address.port, path, std::chrono::seconds(flags.timeout_seconds));
  if (!status) {
    std::cerr << "signalbox: " << flags.address << ": " << status.error() << "\n";
    return kFailed;
  }
  std::cout << path << " " << *status << "\n";
  return *status == 200 ? kGood : kFailed;
}

}  // namespace

Command add_health(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("health", "Ask the management port of a running router; exit code 1 if it is not well.");
  command->add_option("--address", flags->address, "ADDRESS:PORT of the management port.")
      ->envname("SIGNALBOX_HEALTH_ADDRESS");
  command->add_flag("--ready", flags->ready, "Ask /ready instead of /health: no while it starts or drains.");
  command->add_option("--timeout", flags->timeout_seconds, "Seconds to wait for the answer.")
      ->check(CLI::Range(1, 600));
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
