// What a verified token says: for whom it is, how long it holds, and who its bearer is.
//
// Pure; any thread.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <vector>

#include "auth/client_auth_spec.h"
#include "auth/principal.h"
#include "auth/verified_tokens.h"
#include "protocol/json_tree.h"

namespace signalbox::auth {

// iss, aud, exp (required), nbf, iat. Returns when the token holds.
std::expected<Validity, AuthError> check_claims(protocol::JsonTree::Value claims, const JwtSpec& spec,
                                                std::chrono::system_clock::time_point now);

// The identity at the configured places. Groups may be a list of strings or one string with blanks or commas.
std::expected<evidence::Identity, AuthError> identity_in(protocol::JsonTree::Value claims, const JwtClaimsSpec& spec);

}  // namespace signalbox::auth
