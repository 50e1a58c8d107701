// The public keys of an issuer (RFC 7517), and whether one of them made a signature.
//
// A key knows its family, and answers only for algorithms of that family, and only for its own `alg` where it has one.
// Symmetric keys in a set are ignored: a set is public. Small RSA keys, keys for encryption, points off their curve and
// kinds that are not known are skipped, as RFC 7517 §5 asks. Immutable; any thread.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/jws_algorithm.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace signalbox::auth {

inline constexpr std::size_t kMaxKeySetBytes = 256 * 1024;

struct PublicKey {
  std::optional<std::string> kid;
  std::optional<JwsAlgorithm> algorithm;  // the only one it is for
  KeyFamily family = KeyFamily::rsa;
  std::shared_ptr<evp_pkey_st> key;

  bool fits(JwsAlgorithm wanted) const;
};

class KeySet {
 public:
  // The error says what is wrong: not a key set, or none of its keys can be used.
  static std::expected<KeySet, std::string> parse(std::string_view json);

  // Keys that may have made a signature with this algorithm: those of the token's kid; without one, the only key that
  // fits. Empty: the set does not know the key.
  std::vector<const PublicKey*> candidates(JwsAlgorithm algorithm, const std::optional<std::string>& kid) const;
  std::size_t size() const { return keys_.size(); }

 private:
  std::vector<PublicKey> keys_;
};

}  // namespace signalbox::auth
