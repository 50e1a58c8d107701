// The tokens and roles of the management port that are in force: made at start, renewed by reloads.
//
// auth() is for any thread; the rest for the thread that starts the process, then for the reload thread.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "api/auth.h"
#include "config/load.h"
#include "router/snapshot.h"
#include "telemetry/log.h"

namespace signalbox::cli {

class ManagementAccess {
 public:
  ManagementAccess(config::Environment environment, telemetry::Logger& log)
      : environment_(std::move(environment)), log_(log) {}

  // What puts the tokens of `next` into force. Does not fail: without a token of its own the port refuses writes, or
  // goes on with the one it has.
  std::function<void()> prepare(const router::Snapshot& next);
  std::shared_ptr<const api::ManagementAuth> auth() const;

 private:
  void renew_own_token(const std::string& file);

  config::Environment environment_;
  telemetry::Logger& log_;
  std::string own_token_;
  mutable std::mutex mutex_;
  std::shared_ptr<const api::ManagementAuth> auth_;
};

}  // namespace signalbox::cli
