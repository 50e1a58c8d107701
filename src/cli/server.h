// The running process: listeners, management port, pools, and their end.
#pragma once

#include <string>
#include <vector>

#include "models/served_models.h"
#include "router/load.h"
#include "telemetry/metrics.h"

namespace signalbox::cli {

struct ServerOptions {
  std::vector<std::string> files;
  bool degraded = false;
  std::string demo_backend;                // ADDRESS:PORT, or ""
  models::ServedModels* models = nullptr;  // of the process; reloads open models through it
};

// Returns when SIGINT or SIGTERM came and running requests were answered; SIGHUP reloads the files. Prints `ready
// http://…` when it serves. Throws std::runtime_error with a sentence when a port cannot be had.
// `metrics` was made before the configuration was loaded, for models count from their first text on.
int serve(router::Loaded loaded, telemetry::Registry& metrics, const ServerOptions& options);

// Blocks SIGINT and SIGTERM for this and all later threads; await_stop_signal() then waits for one of them.
void block_stop_signals();
void await_stop_signal();

// The same with SIGHUP.
enum class Order { reload, stop };
void block_process_signals();
Order await_order();
// From now on: the process ends with code 0, whatever is still running in it.
void end_at_once_on_next_stop_signal();

// Standard input, output and error that are closed are opened on /dev/null: else the next socket would take the number,
// and log lines would go to a client.
void open_standard_files();

}  // namespace signalbox::cli
