// For tests: a compiled client_auth, and what it answers to a credential.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/client_auth.h"

namespace signalbox::auth {

using std::chrono::seconds;

inline constexpr std::int64_t kNow = 1'800'000'000;
inline const std::string kSecret(64, 's');

inline ClientAuth::Moment moment(std::int64_t now = kNow, std::chrono::nanoseconds steady = seconds(1'000)) {
  return {std::chrono::system_clock::time_point(seconds(now)), std::chrono::steady_clock::time_point(steady)};
}

inline std::optional<std::string> test_environment(const std::string& name) {
  if (name == "SECRET") return kSecret;
  if (name == "SHORT") return "short";
  return std::nullopt;
}

struct Compiled {
  config::Diagnostics diagnostics;
  std::shared_ptr<const ClientAuth> auth;
  KeySetStore store;

  explicit Compiled(const ClientAuthSpec& spec, const std::vector<ListenerKeys>& listeners = {})
      : auth(ClientAuth::compile(spec, listeners, test_environment, diagnostics)) {}

  // "reason", or "label user".
  std::string answer(std::string_view credential, ClientAuth::Moment now = moment(), std::string_view listener = "in") {
    const auto principal = auth->authenticate(credential, listener, store, now);
    if (!principal) return std::string(to_string(principal.error().reason));
    return principal->label + " " + principal->identity.user;
  }
  std::vector<std::string> codes() const {
    std::vector<std::string> found;
    for (const config::Diagnostic& one : diagnostics.items()) found.push_back(one.code + " " + one.path);
    return found;
  }
};

inline ApiKeySpec key_spec(const std::string& name, const std::string& key) {
  ApiKeySpec spec;
  spec.path = "k." + name;
  spec.name = name;
  spec.sha256 = digest::hex(digest::sha256(key));
  return spec;
}

}  // namespace signalbox::auth
