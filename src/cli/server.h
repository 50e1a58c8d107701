// The running process: listeners, management port, pools, and their end.
#pragma once

#include <string>
#include <vector>

#include "router/load.h"

namespace signalbox::cli {

struct ServerOptions {
  std::vector<std::string> files;
  bool degraded = false;
  std::string demo_backend;  // ADDRESS:PORT, or ""
};

// Returns when SIGINT or SIGTERM came and running requests were answered. Prints `ready http://…` when it serves.
// Throws std::runtime_error with a sentence when a port cannot be had.
int serve(router::Loaded loaded, const ServerOptions& options);

// Blocks SIGINT and SIGTERM for this and all later threads; await_stop_signal() then waits for one of them.
void block_stop_signals();
void await_stop_signal();

}  // namespace signalbox::cli
