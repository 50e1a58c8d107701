// Tokens of one issuer: from bytes to a principal, or a reason why not.
//
// Compiled once per configuration; any thread. It remembers tokens that held. Which keys may verify is decided here and
// never by the token: the algorithm must be among the configured ones, its family picks where keys come from (HS*: the
// secret; everything else: the key set), and a key answers for its own family only.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/client_auth_spec.h"
#include "auth/key_set.h"
#include "auth/principal.h"
#include "auth/verified_tokens.h"
#include "auth/web_url.h"

namespace signalbox::auth {

struct Jwt;

// Where to fetch keys, and how often.
struct KeySource {
  std::string url;
  WebUrl parsed;
  std::string ca_file;
  std::chrono::nanoseconds refresh{};
};

class JwtVerifier {
 public:
  // `file_keys`: of jwks_file. `secret`: of secret_env, for HS* only.
  JwtVerifier(JwtSpec spec, std::shared_ptr<const KeySet> file_keys, std::optional<KeySource> source,
              std::string secret);

  // `fetched`: the keys of the source, null before the first fetch. `unknown_key` in the error: another fetch may help.
  std::expected<Principal, AuthError> verify(std::string_view token, const std::shared_ptr<const KeySet>& fetched,
                                             std::chrono::system_clock::time_point now) const;
  const std::optional<KeySource>& source() const { return source_; }

 private:
  std::expected<void, AuthError> check_signature(const Jwt& jwt, const KeySet* fetched) const;

  JwtSpec spec_;
  std::vector<JwsAlgorithm> algorithms_;
  std::shared_ptr<const KeySet> file_keys_;
  std::optional<KeySource> source_;
  std::string secret_;
  std::unique_ptr<VerifiedTokens> known_ = std::make_unique<VerifiedTokens>();
};

}  // namespace signalbox::auth
