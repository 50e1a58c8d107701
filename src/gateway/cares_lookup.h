// Internal to the gateway: names by c-ares, which tells the time to live that getaddrinfo hides.
//
// Reads /etc/hosts and /etc/resolv.conf as the system's resolver does (no other name services); addresses come in the
// order of RFC 6724. One thread, begun with the first look-up.
//
// Thread-safe. stop() (or the destructor) ends the thread and answers what is open with an error.
#pragma once

#include <memory>
#include <string>

#include "gateway/name_cache.h"

namespace signalbox::gateway {

class CaresLookup final : public NameLookup {
 public:
  // `servers`: "127.0.0.1:5353,…" instead of the system's.
  explicit CaresLookup(std::string servers = {});
  ~CaresLookup() override;
  void start(const std::string& host, std::function<void(Result)> done) override;
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace signalbox::gateway
