// Internal to the gateway: the last pass of a chat request: a backend answers, and its answer goes to the client.
//
// Shared by all requests of a handler; thread-safe. What belongs to one request is in its Exchange.
#pragma once

#include <memory>

#include "gateway/chat_metrics.h"
#include "gateway/chat_service.h"
#include "gateway/client_access.h"
#include "gateway/dispatch.h"
#include "gateway/exchange.h"
#include "gateway/upstream_set.h"

namespace signalbox::gateway {

using ExchangePtr = std::shared_ptr<Exchange>;

class Relay {
 public:
  // Health checks of the configuration in force begin here.
  Relay(const ChatServices& services, ChatMetrics& metrics, ClientAccess& access);
  Task<void> run(ExchangePtr exchange, ResponseWriter& writer);

 private:
  void finish(Exchange& exchange, const ForwardResult& result, const TailCapture& tail);

  ChatServices s_;
  ChatMetrics& metrics_;
  ClientAccess& access_;
  std::shared_ptr<UpstreamRegistry> upstreams_;
  Dispatcher dispatcher_;
};

}  // namespace signalbox::gateway
