// Tokens and key sets from strangers: nothing crashes, what is accepted is exactly what was sent, and no token without
// a signature of the key that is known gets a principal.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "auth/base64url.h"
#include "auth/jwt.h"
#include "auth/jwt_verifier.h"

namespace {

namespace auth = signalbox::auth;

void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "wrong: %s\n", what);
  std::abort();
}

// Accepts RS256 and EdDSA by a published key (RFC 8037, A.2), and HS256 by a secret that is in no corpus.
const auth::JwtVerifier& verifier() {
  static const auth::JwtVerifier made = [] {
    auth::JwtSpec spec;
    spec.issuer = "joe";
    spec.audience = {"signalbox"};
    spec.algorithms = {"RS256", "ES256", "EdDSA", "HS256"};
    spec.claims.groups = "a.b";
    auto keys = auth::KeySet::parse(
        R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
    require(keys.has_value(), "the published key is refused");
    return auth::JwtVerifier(spec, std::make_shared<const auth::KeySet>(std::move(*keys)), std::nullopt,
                             "0123456789abcdef-not-in-any-corpus");
  }();
  return made;
}

void check_token(std::string_view token) {
  const auto jwt = auth::parse_jwt(token);
  if (!jwt) return;
  // One token, one text: what was read, written again, is what came.
  require(jwt->signing_input + "." + auth::encode_base64url(jwt->signature) == token,
          "another text for the same token");
  const auto principal =
      verifier().verify(token, nullptr, std::chrono::system_clock::time_point(std::chrono::hours(24)));
  require(!principal, "a token that nobody signed is accepted");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_token(input);
  // The same bytes as header and claims, so that the JSON inside is reached without a detour over base64.
  const std::size_t half = input.find('\n');
  if (half != std::string_view::npos) {
    check_token(auth::encode_base64url(input.substr(0, half)) + "." + auth::encode_base64url(input.substr(half + 1)) +
                ".AA");
  }
  if (const auto bytes = auth::decode_base64url(input)) {
    require(auth::encode_base64url(*bytes) == input, "loose base64");
  }
  static_cast<void>(auth::KeySet::parse(input));
  return 0;
}
