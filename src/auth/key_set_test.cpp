// Which keys of a set count, and which signatures they accept.
#include "auth/key_set.h"

#include <gtest/gtest.h>

#include "auth/jwt_fixture.h"
#include "auth/signature.h"

namespace signalbox::auth {
namespace {

// Made once: RSA keys take long.
struct Keys {
  TestKey rsa = rsa_test_key(), p256 = ec_test_key("P-256"), p384 = ec_test_key("P-384"), p521 = ec_test_key("P-521"),
          ed = ed25519_test_key();
  KeySet set = *KeySet::parse(jwks(rsa_jwk(rsa, "rsa") + "," + ec_jwk(p256, "P-256", 32, "p256") + "," +
                                   ec_jwk(p384, "P-384", 48, "p384") + "," + ec_jwk(p521, "P-521", 66, "p521") + "," +
                                   ed25519_jwk(ed, "ed")));
  const TestKey& of(JwsAlgorithm algorithm) const {
    switch (family_of(algorithm)) {
      case KeyFamily::p256:
        return p256;
      case KeyFamily::p384:
        return p384;
      case KeyFamily::p521:
        return p521;
      case KeyFamily::ed25519:
        return ed;
      default:
        return rsa;
    }
  }
};
const Keys& keys() {
  static const Keys made_once;
  return made_once;
}

std::string problem(const std::string& json) {
  const auto set = KeySet::parse(json);
  return set ? "" : set.error();
}

class EveryAlgorithm : public testing::TestWithParam<std::string> {};

TEST_P(EveryAlgorithm, ASignatureHoldsForItsInputAndKeyOnly) {
  const JwsAlgorithm algorithm = *jws_algorithm(GetParam());
  const std::string signature = sign(algorithm, keys().of(algorithm), "input");
  const auto candidates = keys().set.candidates(algorithm, std::nullopt);
  ASSERT_EQ(candidates.size(), 1u);
  const PublicKey& key = *candidates.front();
  EXPECT_TRUE(verify_signature(algorithm, key, "input", signature));
  EXPECT_FALSE(verify_signature(algorithm, key, "inpuT", signature));
  EXPECT_FALSE(verify_signature(algorithm, key, "input", ""));
  EXPECT_FALSE(verify_signature(algorithm, key, "input", signature + "x"));
  for (const std::size_t at : {std::size_t{0}, signature.size() / 2, signature.size() - 1}) {
    std::string wrong = signature;
    wrong[at] = static_cast<char>(wrong[at] ^ 1);
    EXPECT_FALSE(verify_signature(algorithm, key, "input", wrong)) << at;
  }
}

TEST_P(EveryAlgorithm, NoOtherAlgorithmAcceptsIt) {
  const JwsAlgorithm made_by = *jws_algorithm(GetParam());
  const std::string signature = sign(made_by, keys().of(made_by), "input");
  for (int other = 0; other <= static_cast<int>(JwsAlgorithm::hs512); ++other) {
    const auto algorithm = static_cast<JwsAlgorithm>(other);
    if (algorithm == made_by) continue;
    for (const PublicKey* key : keys().set.candidates(algorithm, std::nullopt)) {
      EXPECT_FALSE(verify_signature(algorithm, *key, "input", signature)) << to_string(algorithm);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Jws, EveryAlgorithm,
                         testing::Values("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
                                         "ES512", "EdDSA"),
                         [](const auto& info) { return info.param; });

// RFC 8037, appendix A.4: made by others.
TEST(KeySet, PublishedEd25519Vector) {
  const auto set =
      KeySet::parse(jwks(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"));
  ASSERT_TRUE(set);
  const auto signature =
      decode_base64url("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
  const auto found = set->candidates(JwsAlgorithm::eddsa, std::nullopt);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(verify_signature(JwsAlgorithm::eddsa, *found[0],
                               "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc", *signature));
}

// RFC 7515, appendix A.1.
TEST(KeySet, PublishedHmacVector) {
  const std::string secret =
      *decode_base64url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  const std::string input =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
      "bS9pc19yb290Ijp0cnVlfQ";
  const std::string signature = *decode_base64url("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  EXPECT_TRUE(verify_hmac(JwsAlgorithm::hs256, secret, input, signature));
  EXPECT_FALSE(verify_hmac(JwsAlgorithm::hs256, secret, input, signature.substr(0, 31)));
  EXPECT_FALSE(verify_hmac(JwsAlgorithm::hs256, "", input, signature));
  EXPECT_FALSE(verify_hmac(JwsAlgorithm::rs256, secret, input, signature));
}

TEST(KeySet, AKidPicksItsKey) {
  EXPECT_EQ(keys().set.candidates(JwsAlgorithm::rs256, "rsa").size(), 1u);
  EXPECT_TRUE(keys().set.candidates(JwsAlgorithm::rs256, "other").empty());
  EXPECT_TRUE(keys().set.candidates(JwsAlgorithm::rs256, "p256").empty()) << "an EC key answers no RSA token";
  EXPECT_TRUE(keys().set.candidates(JwsAlgorithm::hs256, "rsa").empty()) << "a public key is no secret";
}

TEST(KeySet, WithoutAKidTheKeyMustBeTheOnlyOne) {
  const auto two = KeySet::parse(jwks(rsa_jwk(keys().rsa, "a") + "," + rsa_jwk(keys().rsa, "b")));
  EXPECT_TRUE(two->candidates(JwsAlgorithm::rs256, std::nullopt).empty());
  EXPECT_EQ(two->candidates(JwsAlgorithm::rs256, "b").size(), 1u);
}

TEST(KeySet, AKeyAnswersOnlyForItsOwnAlgorithm) {
  const auto set = KeySet::parse(jwks(rsa_jwk(keys().rsa, "a", R"(,"alg":"PS256")")));
  EXPECT_TRUE(set->candidates(JwsAlgorithm::rs256, "a").empty());
  EXPECT_EQ(set->candidates(JwsAlgorithm::ps256, "a").size(), 1u);
}

TEST(KeySet, UnusableKeysAreSkipped) {
  const std::string good = ed25519_jwk(keys().ed, "ed");
  for (const std::string& bad :
       {rsa_jwk(rsa_test_key(1024), "small"), rsa_jwk(keys().rsa, "enc", R"(,"use":"enc")"),
        rsa_jwk(keys().rsa, "ops", R"(,"key_ops":["encrypt"])"), rsa_jwk(keys().rsa, "alg", R"(,"alg":"ES256")"),
        std::string(R"({"kty":"oct","kid":"s","k":"c2VjcmV0"})"), std::string(R"({"kty":"new"})"), std::string("7"),
        ec_jwk(keys().p256, "P-384", 48, "wrong-curve"),
        std::string(R"({"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"})")}) {
    EXPECT_EQ(problem(jwks(bad)), "no key in it can verify a signature") << bad;
    const auto set = KeySet::parse(jwks(bad + "," + good));
    ASSERT_TRUE(set) << bad;
    EXPECT_EQ(set->size(), 1u);
  }
}

TEST(KeySet, PointsOffTheCurveAreSkipped) {
  std::string jwk = ec_jwk(keys().p256, "P-256", 32, "off");
  const std::size_t x = jwk.find("\"x\":\"") + 5;
  jwk[x + 3] = jwk[x + 3] == 'A' ? 'B' : 'A';
  EXPECT_EQ(problem(jwks(jwk)), "no key in it can verify a signature");
}

TEST(KeySet, WhatIsNoKeySetIsRefused) {
  EXPECT_NE(problem("{\"keys\":[]}"), "");
  EXPECT_NE(problem("{}"), "");
  EXPECT_NE(problem("[]"), "");
  EXPECT_NE(problem("<html>"), "");
  EXPECT_NE(problem("{\"keys\":[],\"keys\":[]}"), "");
  EXPECT_NE(problem(std::string(kMaxKeySetBytes + 1, ' ')), "");
  std::string many = "7";
  for (int i = 0; i < 64; ++i) many += ",7";
  EXPECT_EQ(problem(jwks(many)), "more than 64 keys");
}

}  // namespace
}  // namespace signalbox::auth
