#include "auth/jwt_verifier.h"

#include <algorithm>
#include <utility>

#include "auth/jwt.h"
#include "auth/jwt_claims.h"
#include "auth/signature.h"
#include "digest/sha256.h"

namespace signalbox::auth {

namespace {

using Reason = AuthError::Reason;

std::unexpected<AuthError> refused(Reason reason, std::string_view message) {
  return std::unexpected(AuthError{reason, message});
}

}  // namespace

JwtVerifier::JwtVerifier(JwtSpec spec, std::shared_ptr<const KeySet> file_keys, std::optional<KeySource> source,
                         std::string secret)
    : spec_(std::move(spec)), file_keys_(std::move(file_keys)), source_(std::move(source)), secret_(std::move(secret)) {
  for (const std::string& name : spec_.algorithms) {
    if (const std::optional<JwsAlgorithm> algorithm = jws_algorithm(name)) algorithms_.push_back(*algorithm);
  }
}

std::expected<Principal, AuthError> JwtVerifier::verify(std::string_view token,
                                                        const std::shared_ptr<const KeySet>& fetched,
                                                        std::chrono::system_clock::time_point now) const {
  const digest::Sha256 digest = digest::sha256(token);
  if (std::optional<Principal> known = known_->find(digest, fetched, now)) return std::move(*known);
  const std::expected<Jwt, JwtFault> jwt = parse_jwt(token);
  if (!jwt) {
    return refused(jwt.error().algorithm ? Reason::token_algorithm : Reason::token_malformed, jwt.error().message);
  }
  if (const auto signed_well = check_signature(*jwt, fetched.get()); !signed_well) {
    return std::unexpected(signed_well.error());
  }
  const protocol::JsonTree::Value claims = jwt->claims.root();
  const std::expected<Validity, AuthError> validity = check_claims(claims, spec_, now);
  if (!validity) return std::unexpected(validity.error());
  std::expected<evidence::Identity, AuthError> identity = identity_in(claims, spec_.claims);
  if (!identity) return std::unexpected(identity.error());
  Principal principal;
  principal.method = Principal::Method::jwt;
  principal.label = "jwt";
  principal.subject = digest::hex(digest::sha256(identity->user)).substr(0, 16);
  principal.identity = std::move(*identity);
  known_->keep(digest, fetched, principal, *validity);
  return principal;
}

std::expected<void, AuthError> JwtVerifier::check_signature(const Jwt& jwt, const KeySet* fetched) const {
  if (std::find(algorithms_.begin(), algorithms_.end(), jwt.algorithm) == algorithms_.end()) {
    return refused(Reason::token_algorithm, "the token's algorithm is not accepted");
  }
  if (family_of(jwt.algorithm) == KeyFamily::secret) {
    if (verify_hmac(jwt.algorithm, secret_, jwt.signing_input, jwt.signature)) return {};
    return refused(Reason::token_signature, "the token's signature is wrong");
  }
  if (!file_keys_ && fetched == nullptr) {
    return refused(Reason::keys_unavailable, "the issuer's keys are not there yet");
  }
  bool known = false;
  for (const KeySet* set : {file_keys_.get(), fetched}) {
    if (set == nullptr) continue;
    for (const PublicKey* key : set->candidates(jwt.algorithm, jwt.kid)) {
      known = true;
      if (verify_signature(jwt.algorithm, *key, jwt.signing_input, jwt.signature)) return {};
    }
  }
  return known ? refused(Reason::token_signature, "the token's signature is wrong")
               : refused(Reason::token_unknown_key, "the token is signed with a key that is not known");
}

}  // namespace signalbox::auth
