// Internal to the gateway: the last pass of a chat request: a backend answers, and its answer goes to the client.
//
// Shared by all requests of a handler; thread-safe. What belongs to one request is in its Exchange.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/chat_metrics.h"
#include "gateway/chat_service.h"
#include "gateway/exchange.h"
#include "gateway/forward.h"

namespace signalbox::gateway {

using ExchangePtr = std::shared_ptr<Exchange>;

class Relay {
 public:
  Relay(const ChatServices& services, ChatMetrics& metrics) : s_(services), metrics_(metrics) {}
  Task<void> run(ExchangePtr exchange, ResponseWriter& writer);

 private:
  void finish(const Exchange& exchange, const ForwardResult& result, const TailCapture& tail);
  std::shared_ptr<const Backend> backend_of(const router::BackendTarget& target, std::chrono::milliseconds timeout);

  ChatServices s_;
  ChatMetrics& metrics_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Backend>> backends_;
};

}  // namespace signalbox::gateway
