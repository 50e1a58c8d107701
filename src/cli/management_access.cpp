#include "cli/management_access.h"

#include <utility>

#include "lifecycle/token_file.h"

namespace signalbox::cli {

void ManagementAccess::renew_own_token(const std::string& file) {
  const auto token = lifecycle::own_token(file, environment_, lifecycle::kernel_random);
  if (!token) {
    log_.log(telemetry::Level::warn, "management_token_missing", {{"message", token.error()}});
    return;
  }
  own_token_ = token->token;
  if (token->made) log_.log(telemetry::Level::info, "management_token_made", {{"file", token->file}});
}

std::function<void()> ManagementAccess::prepare(const router::Snapshot& next) {
  const router::ManagementApiSpec& spec = next.spec->global.services.management_api;
  renew_own_token(lifecycle::token_file(spec.token_file, environment_));
  auto auth = std::make_shared<const api::ManagementAuth>(spec.auth, environment_, own_token_);
  return [this, auth = std::move(auth)] {
    const std::lock_guard lock(mutex_);
    auth_ = auth;
  };
}

std::shared_ptr<const api::ManagementAuth> ManagementAccess::auth() const {
  const std::lock_guard lock(mutex_);
  return auth_;
}

}  // namespace signalbox::cli
