// A signed token taken apart: three base64url parts with strict JSON in the first two. Nothing is verified here.
//
// Two parsers must not be able to read one token differently: duplicate members, invalid UTF-8, trailing bytes, padded
// or loose base64 are refused. So is a header that asks for more than a plain signature (crit, b64, zip), and whatever
// is not meant to be a token for an API (typ). A Jwt owns its parts; pure functions; any thread.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "auth/jws_algorithm.h"
#include "protocol/json_tree.h"

namespace signalbox::auth {

inline constexpr std::size_t kMaxTokenBytes = 16 * 1024;

struct JwtFault {
  bool algorithm = false;    // the token is well-formed, its algorithm is none that exists here
  std::string_view message;  // static; ends up in error_description
};

struct Jwt {
  JwsAlgorithm algorithm = JwsAlgorithm::rs256;
  std::optional<std::string> kid;
  std::string signing_input;  // header and claims as sent
  std::string signature;
  protocol::JsonTree claims;  // an object
};

std::expected<Jwt, JwtFault> parse_jwt(std::string_view token);
// Three parts between dots: could be a token, as opposed to an opaque key.
bool looks_like_jwt(std::string_view credential);

}  // namespace signalbox::auth
