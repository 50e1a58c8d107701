// Which settings of a new configuration only a restart can bring into force. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "router/root_spec.h"

namespace signalbox::lifecycle {

// What the sockets, processes and threads of this process were made for. A copy, so that the first snapshot may go.
struct StartedWith {
  std::vector<router::ListenerSpec> listeners;
  router::ManagementApiSpec management;
  router::RouterSpec router;

  explicit StartedWith(const router::RootSpec& root)
      : listeners(root.listeners), management(root.global.services.management_api), router(root.global.router) {}
};

// Paths in `next` ("listeners[0].port") whose value differs from that of `started`. A listener that was added or taken
// away is named as a whole.
std::vector<std::string> needs_restart(const StartedWith& started, const router::RootSpec& next);

}  // namespace signalbox::lifecycle
