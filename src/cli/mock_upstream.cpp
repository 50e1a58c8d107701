// signalbox mock-upstream: the demo backend on its own.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "cli/address.h"
#include "cli/commands.h"
#include "cli/server.h"
#include "gateway/handler.h"
#include "gateway/http_server.h"
#include "gateway/mock_upstream.h"
#include "telemetry/clock.h"

namespace signalbox::cli {

namespace {

struct Flags {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8898;
  std::vector<std::string> models, faults;
};

int run(const Flags& flags) {
  block_stop_signals();
  gateway::MockOptions options;
  if (!flags.models.empty()) options.models = flags.models;
  for (const std::string& fault : flags.faults) {
    const std::size_t equals = fault.find('=');
    const std::string value = equals == std::string::npos ? "1" : fault.substr(equals + 1);
    if (!gateway::set_fault(options.faults, fault.substr(0, equals), value)) {
      throw std::runtime_error("\"" + fault + "\" is not a fault (see mock_upstream.h)");
    }
  }
  telemetry::RealClock clock;
  telemetry::NullLogger log;
  telemetry::Registry metrics;
  gateway::IoThreads io(1);
  gateway::HttpServer server(io, log, metrics);
  const std::uint16_t port =
      server.listen({"mock-upstream", flags.address, flags.port}, gateway::make_mock_upstream(options, clock));
  std::cout << "ready " << to_url(flags.address, port) << std::endl;
  await_stop_signal();
  server.stop(std::chrono::seconds(2));
  io.stop();
  return kGood;
}

}  // namespace

Command add_mock_upstream(CLI::App& app) {
  const std::shared_ptr<Flags> flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("mock-upstream", "Run an OpenAI-compatible demo backend that can fail on demand.");
  command->add_option("--address", flags->address, "Address to listen on.");
  command->add_option("--port", flags->port, "Port; 0 takes a free one.");
  command->add_option("--model", flags->models, "Model names to list; may be repeated.");
  command->add_option("--fault", flags->faults,
                      "NAME=VALUE on every answer: latency_ms, status, retry_after, cut_after, half_frame, disconnect, "
                      "garbage, chunk_delay_ms, drip_bytes.");
  return [flags] { return run(*flags); };
}

}  // namespace signalbox::cli
