// Who a request comes from, as its credential proves, and why a credential was refused.
//
// Plain values; not synchronised.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "evidence/evidence.h"

namespace signalbox::auth {

struct Principal {
  enum class Method : std::uint8_t { anonymous, key, jwt };
  Method method = Method::anonymous;
  std::string label = "anonymous";  // for logs and metrics: the key's configured name, "jwt" or "anonymous"
  std::string subject;              // of a token, hashed, for logs
  evidence::Identity identity;
  const void* key = nullptr;  // which key, for ClientAuth
  bool may_act_for = false;
};

struct AuthError {
  enum class Reason : std::uint8_t {
    missing_credential,
    ambiguous_credential,  // two that differ
    invalid_key,
    key_disabled,
    key_expired,
    token_malformed,
    token_algorithm,  // not among the configured ones
    token_unknown_key,
    token_signature,
    token_expired,
    token_not_yet_valid,
    token_issuer,
    token_audience,
    token_claims,      // no user in it, or identity of a wrong shape
    keys_unavailable,  // the issuer's keys have not been fetched yet
  };
  Reason reason = Reason::missing_credential;
  std::string_view message;  // a sentence for the client; static
};
std::string_view to_string(AuthError::Reason reason);

}  // namespace signalbox::auth
