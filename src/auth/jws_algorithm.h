// The signature algorithms of RFC 7518 and RFC 8037 that a token may use. There is no `none` among them.
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace signalbox::auth {

enum class JwsAlgorithm : std::uint8_t {
  rs256,
  rs384,
  rs512,
  ps256,
  ps384,
  ps512,
  es256,
  es384,
  es512,
  eddsa,
  hs256,
  hs384,
  hs512,
};

// What kind of key an algorithm takes. A key of one family is never used with another: that is the confusion in which
// a public RSA key is taken for an HMAC secret.
enum class KeyFamily : std::uint8_t { rsa, p256, p384, p521, ed25519, secret };

std::optional<JwsAlgorithm> jws_algorithm(std::string_view name);  // exact, as registered
std::string_view to_string(JwsAlgorithm algorithm);
KeyFamily family_of(JwsAlgorithm algorithm);
std::size_t hash_bytes(JwsAlgorithm algorithm);  // of its SHA-2; 0 for EdDSA

}  // namespace signalbox::auth
