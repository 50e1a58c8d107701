// Tokens that need not be verified again, and when they must be all the same.
#include "auth/verified_tokens.h"

#include <gtest/gtest.h>

#include "auth/jwt_fixture.h"

namespace signalbox::auth {
namespace {

constexpr Validity kHour{1'000, 4'600};

std::chrono::system_clock::time_point at(int seconds) {
  return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
}
Principal ann() {
  Principal principal;
  principal.identity.user = "ann";
  return principal;
}
std::shared_ptr<const KeySet> some_keys() {
  return std::make_shared<const KeySet>(*KeySet::parse(jwks(ed25519_jwk(ed25519_test_key(), "k"))));
}

TEST(VerifiedTokens, HoldOnlyInTheirTime) {
  VerifiedTokens tokens;
  tokens.keep(digest::sha256("token"), nullptr, ann(), kHour);
  EXPECT_EQ(tokens.find(digest::sha256("token"), nullptr, at(1'000))->identity.user, "ann");
  EXPECT_FALSE(tokens.find(digest::sha256("token"), nullptr, at(999)));
  EXPECT_TRUE(tokens.find(digest::sha256("token"), nullptr, at(4'599)));
  EXPECT_FALSE(tokens.find(digest::sha256("token"), nullptr, at(4'600)));
  EXPECT_FALSE(tokens.find(digest::sha256("other"), nullptr, at(1'000)));
}

TEST(VerifiedTokens, NewKeysMakeThemForgotten) {
  VerifiedTokens tokens;
  const auto keys = some_keys();
  tokens.keep(digest::sha256("token"), keys, ann(), kHour);
  EXPECT_TRUE(tokens.find(digest::sha256("token"), keys, at(1'000)));
  EXPECT_FALSE(tokens.find(digest::sha256("token"), some_keys(), at(1'000)));
  EXPECT_FALSE(tokens.find(digest::sha256("token"), keys, at(1'000)));
}

TEST(VerifiedTokens, AreBoundedAndKeepThoseInUse) {
  VerifiedTokens tokens(100);
  for (int i = 0; i < 1'000; ++i) {
    tokens.keep(digest::sha256(std::to_string(i)), nullptr, ann(), kHour);
    EXPECT_LE(tokens.size(), 100u);
    EXPECT_TRUE(tokens.find(digest::sha256(std::to_string(i)), nullptr, at(1'000)));
  }
}

}  // namespace
}  // namespace signalbox::auth
