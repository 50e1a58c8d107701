// Talks to systemd (or whoever set NOTIFY_SOCKET): ready, reloading, stopping, alive. The sd_notify protocol is one
// datagram of "NAME=value" lines; every message here is best effort and blocks nobody.
//
// Does nothing without NOTIFY_SOCKET. Any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "config/load.h"
#include "telemetry/clock.h"

namespace signalbox::lifecycle {

class ServiceManager {
 public:
  // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID (of another process: no watchdog here).
  ServiceManager(const config::Environment& environment, const telemetry::Clock& clock);
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  void ready(std::string_view status) const;
  void reloading() const;  // ready() says that it is over
  void stopping(std::string_view status) const;
  void alive() const;

  // How often alive() is expected at least.
  std::optional<std::chrono::microseconds> watchdog_interval() const { return watchdog_; }

 private:
  void send(std::string_view message) const;

  const telemetry::Clock& clock_;
  std::string address_;
  std::optional<std::chrono::microseconds> watchdog_;
  int socket_ = -1;
};

}  // namespace signalbox::lifecycle
