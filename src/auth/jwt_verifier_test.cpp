// From a token to a principal, or the reason why not.
#include "auth/jwt_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "auth/client_auth_fixture.h"
#include "auth/jwt_fixture.h"

namespace signalbox::auth {
namespace {

const TestKey& rsa() {
  static const TestKey key = rsa_test_key();
  return key;
}

// A file that is gone with the test.
struct KeyFile {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("signalbox-jwks-" + std::to_string(getpid()));
  explicit KeyFile(const std::string& text) { std::ofstream(path) << text; }
  ~KeyFile() { std::filesystem::remove(path); }
};

JwtSpec jwt_spec(const std::vector<std::string>& algorithms = {"RS256"}) {
  JwtSpec spec;
  spec.path = "jwt";
  spec.issuer = "https://issuer";
  spec.audience = {"signalbox", "other-audience"};
  spec.algorithms = algorithms;
  spec.claims.groups = "realm.roles";
  spec.claims.team = "https://example.com/team";
  return spec;
}

std::string claims(const std::string& more = "", const std::string& aud = R"("signalbox")",
                   const std::string& times = R"("exp":1800000100)") {
  return R"({"iss":"https://issuer","sub":"ann","aud":)" + aud + "," + times + more + "}";
}

// One verifier with the RSA key in a file.
class Tokens : public testing::Test {
 protected:
  Tokens() {
    ClientAuthSpec spec;
    spec.jwt = jwt_spec({"RS256", "HS256"});
    spec.jwt->jwks_file = file_.path.string();
    spec.jwt->secret_env = "SECRET";
    compiled_.emplace(spec);
    EXPECT_THAT(compiled_->codes(), testing::IsEmpty());
  }
  std::string answer(const std::string& header, const std::string& body, ClientAuth::Moment now = moment()) {
    return compiled_->answer(token(JwsAlgorithm::rs256, rsa(), header, body), now);
  }
  KeyFile file_{jwks(rsa_jwk(rsa(), "k1"))};
  std::optional<Compiled> compiled_;
  const std::string header_ = R"({"alg":"RS256","kid":"k1"})";
};

TEST_F(Tokens, AGoodTokenNamesItsUser) {
  const std::string body = claims(R"(,"realm":{"roles":["admin","staff"]},"https://example.com/team":"research")");
  const auto principal =
      compiled_->auth->authenticate(token(JwsAlgorithm::rs256, rsa(), header_, body), "in", compiled_->store, moment());
  ASSERT_TRUE(principal);
  EXPECT_TRUE(principal->identity.verified);
  EXPECT_EQ(principal->identity.user, "ann");
  EXPECT_THAT(principal->identity.groups, testing::ElementsAre("admin", "staff"));
  EXPECT_EQ(principal->identity.team, "research");
  EXPECT_EQ(principal->label, "jwt");
  EXPECT_EQ(principal->subject.size(), 16u);
  EXPECT_EQ(principal->subject.find("ann"), std::string::npos);
}

TEST_F(Tokens, TimesHoldWithLeeway) {
  const std::string body = claims("", R"("signalbox")", R"("exp":1800000000,"nbf":1799999000,"iat":1799999000)");
  EXPECT_EQ(answer(header_, body, moment(1'800'000'029)), "jwt ann");
  EXPECT_EQ(answer(header_, body, moment(1'800'000'030)), "token_expired");
  EXPECT_EQ(answer(header_, body, moment(1'799'998'970)), "jwt ann");
  EXPECT_EQ(answer(header_, body, moment(1'799'998'969)), "token_not_yet_valid");
}

TEST_F(Tokens, WithoutAValidExpiryItIsRefused) {
  for (const std::string times : {R"("x":1)", R"("exp":"1800000100")", R"("exp":-1)", R"("exp":1e300)", R"("exp":null)",
                                  R"("exp":1800000100,"nbf":"x")", R"("exp":1800000100,"iat":{})"}) {
    EXPECT_EQ(answer(header_, claims("", R"("signalbox")", times)), "token_claims") << times;
  }
}

TEST_F(Tokens, AudienceMustBeOneOfOurs) {
  EXPECT_EQ(answer(header_, claims("", R"(["x","other-audience"])")), "jwt ann");
  for (const std::string aud :
       {R"("x")", R"([])", R"(["x"])", R"(7)", R"([["signalbox"]])", R"({"a":"signalbox"})", R"("signalbox ")"}) {
    EXPECT_EQ(answer(header_, claims("", aud)), "token_audience") << aud;
  }
}

TEST_F(Tokens, IssuerMustBeTheConfiguredOne) {
  EXPECT_EQ(answer(header_, R"({"iss":"https://issuer/","sub":"a","aud":"signalbox","exp":1800000100})"),
            "token_issuer");
  EXPECT_EQ(answer(header_, R"({"sub":"a","aud":"signalbox","exp":1800000100})"), "token_issuer");
}

TEST_F(Tokens, IdentityOfAWrongShapeIsRefused) {
  const std::string front = R"({"iss":"https://issuer","aud":"signalbox","exp":1800000100)";
  EXPECT_EQ(answer(header_, front + "}"), "token_claims") << "no user";
  for (const std::string more :
       {R"("sub":"")", R"("sub":7)", R"("sub":["ann"])", R"("sub":"a\nb")", R"("sub":"ann","realm":{"roles":[1]})",
        R"("sub":"ann","realm":{"roles":7})", R"("sub":"ann","https://example.com/team":["x"])"}) {
    EXPECT_EQ(answer(header_, front + "," + more + "}"), "token_claims") << more;
  }
  EXPECT_EQ(answer(header_, front + R"(,"sub":")" + std::string(257, 'a') + "\"}"), "token_claims");
  EXPECT_EQ(answer(header_, front + R"(,"sub":"ann","realm":7})"), "jwt ann") << "no groups where none are";
}

TEST_F(Tokens, GroupsMayBeOneString) {
  const std::string body = claims(R"(,"realm":{"roles":"admin, staff"})");
  const auto principal =
      compiled_->auth->authenticate(token(JwsAlgorithm::rs256, rsa(), header_, body), "in", compiled_->store, moment());
  EXPECT_THAT(principal->identity.groups, testing::ElementsAre("admin", "staff"));
}

// The classic: a public key taken for the secret of an HMAC.
TEST_F(Tokens, APublicKeyIsNoSecret) {
  const std::string input = unsigned_token(R"({"alg":"HS256","kid":"k1"})", claims());
  for (const std::string& secret : {public_pem(rsa()), rsa_jwk(rsa(), "k1"), std::string("k1"), std::string()}) {
    EXPECT_EQ(compiled_->answer(input + "." + encode_base64url(hmac(JwsAlgorithm::hs256, secret, input))),
              "token_signature");
  }
  EXPECT_EQ(compiled_->answer(input + "." + encode_base64url(hmac(JwsAlgorithm::hs256, kSecret, input))), "jwt ann");
}

TEST_F(Tokens, OtherAlgorithmsAreRefusedThoughTheSignatureHolds) {
  for (const JwsAlgorithm algorithm : {JwsAlgorithm::rs384, JwsAlgorithm::ps256, JwsAlgorithm::rs512}) {
    const std::string header = R"({"alg":")" + std::string(to_string(algorithm)) + R"(","kid":"k1"})";
    EXPECT_EQ(compiled_->answer(token(algorithm, rsa(), header, claims())), "token_algorithm");
  }
  EXPECT_EQ(compiled_->answer(unsigned_token(R"({"alg":"none"})", claims()) + ".AA"), "token_algorithm");
  EXPECT_EQ(compiled_->answer(unsigned_token(R"({"alg":"none"})", claims()) + "."), "token_malformed");
}

TEST_F(Tokens, AHeaderThatLiesAboutItsAlgorithmDoesNotVerify) {
  EXPECT_EQ(compiled_->answer(token(JwsAlgorithm::rs512, rsa(), header_, claims())), "token_signature");
}

TEST_F(Tokens, ClaimsOfAnotherTokenDoNotVerify) {
  const std::string good = token(JwsAlgorithm::rs256, rsa(), header_, claims());
  const std::string other = unsigned_token(header_, claims(R"(,"admin":true)"));
  EXPECT_EQ(compiled_->answer(other + good.substr(good.rfind('.'))), "token_signature");
}

TEST_F(Tokens, KidsPickTheKey) {
  EXPECT_EQ(answer(R"({"alg":"RS256"})", claims()), "jwt ann") << "the only key that fits";
  EXPECT_EQ(answer(R"({"alg":"RS256","kid":"k2"})", claims()), "token_unknown_key");
  const TestKey stranger = rsa_test_key();
  EXPECT_EQ(compiled_->answer(token(JwsAlgorithm::rs256, stranger, header_, claims())), "token_signature");
}

TEST_F(Tokens, KeysInTheHeaderDoNotCount) {
  const TestKey own = rsa_test_key();
  const std::string header = R"({"alg":"RS256","kid":"k1","jwk":)" + rsa_jwk(own, "k1") +
                             R"(,"jku":"https://evil.example/jwks","x5u":"https://evil.example/cert"})";
  EXPECT_EQ(compiled_->answer(token(JwsAlgorithm::rs256, own, header, claims())), "token_signature");
}

TEST(JwtSource, KeysAreTakenFromTheStoreAndAskedForEarly) {
  ClientAuthSpec spec;
  spec.jwt = jwt_spec();
  spec.jwt->jwks_url = "https://issuer.example/keys";
  Compiled compiled(spec);
  const std::string good = token(JwsAlgorithm::rs256, rsa(), R"({"alg":"RS256","kid":"k1"})", claims());
  EXPECT_EQ(compiled.answer(good), "keys_unavailable");
  const std::string url = spec.jwt->jwks_url;
  compiled.store.started(url, moment().steady);
  compiled.store.fetched(url, *KeySet::parse(jwks(rsa_jwk(rsa(), "k0"))), moment().steady);
  EXPECT_EQ(compiled.answer(good), "token_unknown_key");
  EXPECT_FALSE(compiled.store.due(url, std::chrono::hours(1), moment().steady)) << "tried less than a minute ago";
  EXPECT_EQ(compiled.answer(good, moment(kNow, seconds(1'061))), "token_unknown_key");
  EXPECT_TRUE(compiled.store.due(url, std::chrono::hours(1), moment(kNow, seconds(1'061)).steady));
  compiled.store.started(url, moment(kNow, seconds(1'061)).steady);
  compiled.store.fetched(url, *KeySet::parse(jwks(rsa_jwk(rsa(), "k1"))), moment(kNow, seconds(1'061)).steady);
  EXPECT_EQ(compiled.answer(good), "jwt ann");
}

TEST(JwtSource, AWithdrawnKeyStopsCounting) {
  ClientAuthSpec spec;
  spec.jwt = jwt_spec();
  spec.jwt->jwks_url = "https://issuer.example/keys";
  Compiled compiled(spec);
  const std::string good = token(JwsAlgorithm::rs256, rsa(), R"({"alg":"RS256","kid":"k1"})", claims());
  compiled.store.fetched(spec.jwt->jwks_url, *KeySet::parse(jwks(rsa_jwk(rsa(), "k1"))), moment().steady);
  EXPECT_EQ(compiled.answer(good), "jwt ann");
  EXPECT_EQ(compiled.answer(good), "jwt ann") << "known by now";
  EXPECT_EQ(compiled.answer(good, moment(kNow + 1'000)), "token_expired");
  compiled.store.fetched(spec.jwt->jwks_url, *KeySet::parse(jwks(rsa_jwk(rsa(), "k2"))), moment().steady);
  EXPECT_EQ(compiled.answer(good), "token_unknown_key");
}

TEST(JwtSource, AFailedFetchKeepsTheLastGoodSet) {
  KeySetStore store;
  const auto at = [](int s) { return std::chrono::steady_clock::time_point(seconds(s)); };
  const auto hour = std::chrono::hours(1);
  EXPECT_TRUE(store.due("u", hour, at(0))) << "never tried";
  store.started("u", at(0));
  store.failed("u", at(0));
  EXPECT_FALSE(store.due("u", hour, at(4)));
  EXPECT_TRUE(store.due("u", hour, at(5)));
  store.started("u", at(5));
  store.failed("u", at(5));
  EXPECT_FALSE(store.due("u", hour, at(14)));
  store.started("u", at(15));
  store.fetched("u", *KeySet::parse(jwks(rsa_jwk(rsa(), "k"))), at(15));
  EXPECT_FALSE(store.due("u", hour, at(3'614)));
  EXPECT_TRUE(store.due("u", hour, at(3'615)));
  store.started("u", at(3'615));
  store.failed("u", at(3'616));
  EXPECT_NE(store.get("u"), nullptr);
}

TEST(JwtConfiguration, MistakesAreReportedWhereTheyStand) {
  const auto codes = [](auto change) {
    ClientAuthSpec spec;
    spec.jwt = jwt_spec();
    spec.jwt->jwks_url = "https://issuer.example/keys";
    change(*spec.jwt);
    return Compiled(spec).codes();
  };
  using testing::ElementsAre;
  EXPECT_THAT(codes([](JwtSpec&) {}), testing::IsEmpty());
  EXPECT_THAT(codes([](JwtSpec& s) { s.jwks_url = "http://issuer.example/keys"; }),
              ElementsAre("bad_value jwt.jwks_url"));
  EXPECT_THAT(codes([](JwtSpec& s) { s.jwks_url = "https://me:pw@issuer.example/"; }),
              ElementsAre("bad_value jwt.jwks_url"));
  EXPECT_THAT(codes([](JwtSpec& s) { s.jwks_url = ""; }), ElementsAre("missing_key jwt"));
  EXPECT_THAT(codes([](JwtSpec& s) { s.jwks_file = "/no/such/file"; }), ElementsAre("unreadable jwt.jwks_file"));
  EXPECT_THAT(codes([](JwtSpec& s) { s.algorithms = {"HS256"}; }), ElementsAre("missing_key jwt.algorithms"));
  EXPECT_THAT(codes([](JwtSpec& s) { s.algorithms = {"HS256"}, s.secret_env = "SHORT"; }),
              ElementsAre("weak_secret jwt.secret_env"));
  EXPECT_THAT(codes([](JwtSpec& s) { s.algorithms = {"HS512"}, s.secret_env = "SECRET"; }), testing::IsEmpty());
  EXPECT_THAT(codes([](JwtSpec& s) { s.leeway.value = std::chrono::minutes(6); }),
              ElementsAre("out_of_range jwt.leeway"));
  EXPECT_THAT(codes([](JwtSpec& s) { s.refresh.value = seconds(1); }), ElementsAre("out_of_range jwt.refresh"));
  KeyFile empty(jwks(""));
  EXPECT_THAT(codes([&](JwtSpec& s) { s.jwks_file = empty.path.string(); }), ElementsAre("bad_key_set jwt.jwks_file"));
}

}  // namespace
}  // namespace signalbox::auth
