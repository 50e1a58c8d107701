// Client authentication as configured: every key and the token verifier, ready to be asked.
//
// Compiled once per configuration (mistakes are reported then); immutable; part of the snapshot; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auth/client_auth_spec.h"
#include "auth/jwt_verifier.h"
#include "auth/key_set_store.h"
#include "auth/principal.h"
#include "config/diagnostics.h"
#include "config/load.h"
#include "digest/sha256.h"

namespace signalbox::auth {

// The plain keys of one listener (VSR's `listeners[].api_keys`): they open that listener and name nobody.
struct ListenerKeys {
  std::string listener, path;
  std::vector<std::string> keys;
};

class ClientAuth {
 public:
  // Reads jwks_file and secret_env. After an error the result is not to be used.
  static std::shared_ptr<const ClientAuth> compile(const ClientAuthSpec& spec,
                                                   const std::vector<ListenerKeys>& listeners,
                                                   const config::Environment& environment,
                                                   config::Diagnostics& diagnostics);

  // Must a request on this listener carry a credential?
  bool required(std::string_view listener) const;
  // Is any credential known at all? Without, nothing that a client sends is looked at.
  bool configured(std::string_view listener) const;

  struct Moment {
    std::chrono::system_clock::time_point wall;    // expiry
    std::chrono::steady_clock::time_point steady;  // early fetches of keys
  };
  // `credential`: what credential_in found; empty is anonymous, or refused where one is required.
  std::expected<Principal, AuthError> authenticate(std::string_view credential, std::string_view listener,
                                                   KeySetStore& key_sets, const Moment& now) const;

  // May the sender, as a member of `team` ("" for none), use the model of this name?
  bool may_use(const Principal& principal, std::string_view team, std::string_view model) const;
  bool restricts_models() const { return restricts_models_; }

  const JwtVerifier* jwt() const { return jwt_ ? &*jwt_ : nullptr; }
  std::set<std::string> key_names() const;

 private:
  using Models = std::optional<std::vector<std::string>>;
  struct Key {
    digest::Sha256 digest{};
    std::string listener;  // "": every one
    Principal principal;
    bool enabled = true;
    std::optional<std::chrono::system_clock::time_point> expires;
    Models models;
  };
  class Compiler;

  const Key* find(std::string_view credential, std::string_view listener) const;
  void add(Key key);
  bool has(const digest::Sha256& digest) const;

  bool optional_ = false;
  bool everywhere_ = false;  // keys or jwt of client_auth: every listener asks
  bool restricts_models_ = false;
  std::vector<std::unique_ptr<const Key>> keys_;
  std::unordered_multimap<std::uint64_t, const Key*> by_digest_;
  std::set<std::string, std::less<>> guarded_listeners_;
  std::unordered_map<std::string, Models> teams_;
  std::optional<JwtVerifier> jwt_;
};

}  // namespace signalbox::auth
