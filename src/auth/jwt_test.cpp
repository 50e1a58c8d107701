// The shape of a token: what is read, and what is refused before any signature is looked at.
#include "auth/jwt.h"

#include <gtest/gtest.h>

#include "auth/base64url.h"

namespace signalbox::auth {
namespace {

constexpr std::string_view kHeader = R"({"alg":"RS256","kid":"k1","typ":"JWT"})";

std::string written(std::string_view header, std::string_view claims) {
  return encode_base64url(header) + "." + encode_base64url(claims) + "." + encode_base64url("signature");
}
std::string problem(std::string_view token) {
  const auto jwt = parse_jwt(token);
  return jwt ? "" : std::string(jwt.error().message);
}

TEST(Jwt, PartsAreReadAsSent) {
  const std::string token = written(kHeader, R"({"sub":"ann"})");
  const auto jwt = parse_jwt(token);
  ASSERT_TRUE(jwt);
  EXPECT_EQ(jwt->algorithm, JwsAlgorithm::rs256);
  EXPECT_EQ(jwt->kid, "k1");
  EXPECT_EQ(jwt->signature, "signature");
  EXPECT_EQ(jwt->signing_input, token.substr(0, token.rfind('.')));
  EXPECT_EQ(jwt->claims.root()["sub"].string_or(), "ann");
}

TEST(Jwt, NoneIsNoAlgorithmInAnyCase) {
  for (const std::string_view name : {"none", "None", "NONE", "nOnE", "", "RS256 ", "rs256"}) {
    const auto jwt = parse_jwt(written(R"({"alg":")" + std::string(name) + R"("})", "{}"));
    ASSERT_FALSE(jwt) << name;
    EXPECT_TRUE(jwt.error().algorithm) << name;
  }
}

TEST(Jwt, AnEmptySignatureIsMalformed) {
  EXPECT_EQ(problem(encode_base64url(kHeader) + "." + encode_base64url("{}") + "."),
            "the token's signature is malformed");
}

TEST(Jwt, DuplicateMembersAreMalformed) {
  EXPECT_EQ(problem(written(R"({"alg":"HS256","alg":"RS256"})", "{}")), "the token's header is malformed");
  EXPECT_EQ(problem(written(kHeader, R"({"sub":"ann","sub":"root"})")), "the token's claims are malformed");
  EXPECT_EQ(problem(written(kHeader, R"({"sub":"ann","s\u0075b":"root"})")), "the token's claims are malformed");
}

TEST(Jwt, LooseJsonIsMalformed) {
  for (const std::string_view claims :
       {"", "[]", "null", "{} ", "{}x", "{\"a\":01}", "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}"}) {
    const bool is_good = claims == "{} ";  // white space around is JSON
    EXPECT_EQ(problem(written(kHeader, claims)).empty(), is_good) << claims;
  }
}

TEST(Jwt, LooseBase64IsMalformed) {
  const std::string good = written(kHeader, R"({"sub":"a"})");
  ASSERT_EQ(problem(good), "");
  const std::size_t dot = good.find('.');
  for (const std::string& token : {good + "=", good + "\n", " " + good, good.substr(0, dot) + "=" + good.substr(dot),
                                   good.substr(0, dot + 1) + "+/" + good.substr(dot + 1)}) {
    EXPECT_NE(problem(token), "") << token;
  }
}

TEST(Jwt, UnusedBitsOfBase64MustBeZero) {
  EXPECT_EQ(decode_base64url("Zg").value_or("?"), "f");
  EXPECT_FALSE(decode_base64url("Zh"));  // the same octet to a loose decoder: two texts, one token
  EXPECT_FALSE(decode_base64url("Z"));
}

TEST(Jwt, Base64RoundTrip) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(decode_base64url(encode_base64url(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST(Jwt, ExtensionsAreRefused) {
  for (const std::string_view more :
       {R"("crit":["exp"],"exp":1)", R"("crit":[])", R"("b64":false)", R"("zip":"DEF")"}) {
    EXPECT_EQ(problem(written(R"({"alg":"RS256",)" + std::string(more) + "}", "{}")),
              "the token's header asks for an extension that is not understood");
  }
}

TEST(Jwt, TokensForOtherEndsAreRefused) {
  EXPECT_EQ(problem(written(R"({"alg":"RS256","typ":"logout+jwt"})", "{}")), "the token is of another type");
  EXPECT_EQ(problem(written(R"({"alg":"RS256","typ":7})", "{}")), "the token is of another type");
  EXPECT_EQ(problem(written(R"({"alg":"RS256","typ":"at+JWT"})", "{}")), "");
}

TEST(Jwt, OtherNumbersOfPartsAreMalformed) {
  for (const std::string_view token : {"", ".", "a.b", "a.b.c.d", "a.b.c.d.e"}) {
    EXPECT_EQ(problem(token), "the token does not have three parts") << token;
    EXPECT_FALSE(looks_like_jwt(token));
  }
}

TEST(Jwt, OversizedTokensAreNotDecoded) {
  EXPECT_EQ(problem(written(kHeader, R"({"x":")" + std::string(kMaxTokenBytes, 'a') + "\"}")), "the token is too long");
}

TEST(Jwt, DeepClaimsAreMalformed) {
  const std::string deep = R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}";
  EXPECT_EQ(problem(written(kHeader, deep)), "the token's claims are malformed");
}

TEST(Jwt, KidMustBeAShortString) {
  EXPECT_EQ(problem(written(R"({"alg":"RS256","kid":7})", "{}")), "the token's kid is malformed");
  EXPECT_EQ(problem(written(R"({"alg":"RS256","kid":")" + std::string(300, 'k') + "\"}", "{}")),
            "the token's kid is malformed");
}

}  // namespace
}  // namespace signalbox::auth
