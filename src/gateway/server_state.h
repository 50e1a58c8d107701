// Internal to the gateway: what the server, its accept loops and its connections share.
//
// Held by shared_ptr, so that a connection that outlives its server object (it should not) still finds it. The sets of
// connections belong to their loops' threads; the rest is atomic or locked.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "gateway/handler.h"
#include "gateway/http_server.h"
#include "gateway/io.h"
#include "gateway/server_tls.h"

namespace signalbox::gateway {

class Connection;

// One address: its handler, limits and metrics.
struct Listener {
  Listener(const ListenAddress& address, std::shared_ptr<Handler> handler, ServerLimits limits,
           telemetry::Registry& metrics);
  telemetry::Counter& requests_with(int status);

  std::string name;
  std::shared_ptr<Handler> handler;
  ServerLimits limits;
  std::unique_ptr<ServerTls> tls;  // null: plain HTTP
  telemetry::Family<telemetry::Counter>& requests;
  telemetry::Counter& broken_off;
  telemetry::Gauge& open_connections;
  telemetry::Histogram& seconds;
  std::array<std::atomic<telemetry::Counter*>, 600> by_status{};
  std::atomic<std::size_t> live{0};
  std::atomic<std::size_t> turned_away{0};  // at this moment: see turn_away.h
};

struct ServerState {
  ServerState(IoThreads::Impl& loops, telemetry::Logger& logger);
  void connection_begins(Listener& listener);
  void connection_ends(Listener& listener);
  std::string new_request_id();

  IoThreads::Impl& io;
  telemetry::Logger& log;
  std::atomic<bool> last_answers{false};  // every answer is its connection's last
  std::atomic<bool> draining{false};      // and idle connections are closed
  std::atomic<std::uint64_t> next_request{0};
  std::string id_prefix;                                     // of request ids; random per process
  std::vector<std::unordered_set<Connection*>> connections;  // by loop

  std::mutex mutex;
  std::condition_variable changed;
  std::size_t live = 0;       // connections
  std::size_t accepting = 0;  // accept loops
};

}  // namespace signalbox::gateway
