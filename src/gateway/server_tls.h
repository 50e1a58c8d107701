// Internal to the gateway: the TLS side of one listener: its certificate, read again when the files change.
//
// A context is immutable once built; a new pair of files makes a new context and swaps the pointer, connections keep
// the one they began with. A pair that does not load changes nothing: it is logged, counted, and the old one serves on.
// Thread-safe.
#pragma once

#include <atomic>
#include <boost/asio/ssl/context.hpp>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/http_server.h"
#include "gateway/io.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace signalbox::gateway {

class ServerTls {
 public:
  using Context = asio::ssl::context;

  // Throws std::runtime_error with a sentence that names the file and what is wrong with it.
  ServerTls(TlsOptions options, std::string listener, telemetry::Logger& log, telemetry::Registry& metrics);

  std::shared_ptr<Context> context() const { return context_.load(); }
  // Reads the files again; false when they do not load.
  bool reload();
  // The same when they have other times than at the last look; looks at most every few seconds.
  void reload_if_changed(TimePoint now);
  void handshake_failed() { handshake_failures_.increment(); }

 private:
  struct Stamp {  // of one file, to see that it was changed or replaced
    long long seconds = 0, nanoseconds = 0;
    unsigned long long inode = 0, size = 0;
    bool operator==(const Stamp&) const = default;
  };
  std::expected<std::shared_ptr<Context>, std::string> load();
  std::vector<Stamp> stamps() const;
  void tell_expiry(Context& context);

  TlsOptions options_;
  std::string listener_;
  telemetry::Logger& log_;
  telemetry::Family<telemetry::Counter>& reloads_;
  telemetry::Counter& handshake_failures_;
  telemetry::Gauge& expiry_;
  std::atomic<std::shared_ptr<Context>> context_;
  std::atomic<TimePoint> next_look_;
  std::mutex mutex_;  // one reload at a time
  std::vector<Stamp> seen_;
};

}  // namespace signalbox::gateway
