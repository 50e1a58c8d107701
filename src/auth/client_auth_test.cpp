// From a key to a principal, or the reason why not; and where a credential may stand.
#include "auth/client_auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/client_auth_fixture.h"
#include "auth/credential.h"

namespace signalbox::auth {
namespace {

TEST(ApiKeys, AKeyIsKnownByItsHash) {
  ClientAuthSpec spec;
  spec.api_keys = {key_spec("ci", "sk-ci-key"), key_spec("app", "sk-app-key")};
  spec.api_keys[1].user = "ann";
  Compiled compiled(spec);
  EXPECT_EQ(compiled.answer("sk-ci-key"), "ci ci");
  EXPECT_EQ(compiled.answer("sk-app-key"), "app ann");
  for (const std::string_view wrong : {"sk-app-kez", "sk-app-key ", "SK-APP-KEY", "sk-app-ke", "x"}) {
    EXPECT_EQ(compiled.answer(wrong), "invalid_key") << wrong;
  }
  EXPECT_EQ(compiled.answer(digest::hex(digest::sha256("sk-ci-key"))), "invalid_key") << "the hash is not the key";
  EXPECT_EQ(compiled.answer(""), "missing_credential");
  EXPECT_EQ(compiled.answer(std::string(1 << 20, 'x')), "invalid_key");
}

TEST(ApiKeys, DisabledAndExpiredKeysAreRefused) {
  ClientAuthSpec spec;
  spec.api_keys = {key_spec("off", "off-key"), key_spec("old", "old-key")};
  spec.api_keys[0].enabled = false;
  spec.api_keys[1].expires = Timestamp{std::chrono::system_clock::time_point(seconds(kNow))};
  Compiled compiled(spec);
  EXPECT_EQ(compiled.answer("off-key"), "key_disabled");
  EXPECT_EQ(compiled.answer("old-key", moment(kNow - 1)), "old old");
  EXPECT_EQ(compiled.answer("old-key", moment(kNow)), "key_expired");
}

TEST(ApiKeys, OptionalLetsNobodyInWithAWrongKey) {
  ClientAuthSpec spec;
  spec.optional = true;
  spec.api_keys = {key_spec("ci", "sk-ci-key")};
  Compiled compiled(spec);
  EXPECT_EQ(compiled.answer(""), "anonymous ");
  EXPECT_EQ(compiled.answer("wrong"), "invalid_key");
  EXPECT_FALSE(compiled.auth->required("in"));
}

TEST(ApiKeys, WithoutConfigurationNothingIsLookedAt) {
  Compiled compiled{ClientAuthSpec()};
  EXPECT_EQ(compiled.answer("whatever"), "anonymous ");
  EXPECT_FALSE(compiled.auth->required("in"));
}

TEST(ApiKeys, AListenersKeysOpenThatListenerAndNameNobody) {
  Compiled compiled(ClientAuthSpec(), {{"out", "listeners[0]", {"a-long-plain-key"}}});
  EXPECT_EQ(compiled.answer("a-long-plain-key", moment(), "out"), "out[0] ");
  EXPECT_EQ(compiled.answer("", moment(), "out"), "missing_credential");
  EXPECT_EQ(compiled.answer("", moment(), "in"), "anonymous ") << "the other listener has no keys";
  ClientAuthSpec spec;
  spec.api_keys = {key_spec("ci", "sk-ci-key")};
  Compiled both(spec, {{"out", "listeners[0]", {"a-long-plain-key"}}});
  EXPECT_EQ(both.answer("a-long-plain-key", moment(), "in"), "invalid_key");
  EXPECT_EQ(both.answer("sk-ci-key", moment(), "out"), "ci ci");
}

TEST(ApiKeys, ModelListsOfKeyAndTeamBothHold) {
  ClientAuthSpec spec;
  spec.api_keys = {key_spec("ci", "sk-ci-key"), key_spec("all", "sk-all-key")};
  spec.api_keys[0].models = {"small*", "large"};
  spec.teams["research"].models = {"*-eu", "large"};
  Compiled compiled(spec);
  const auto may = [&](std::string_view key, std::string_view team, std::string_view model) {
    return compiled.auth->may_use(*compiled.auth->authenticate(key, "in", compiled.store, moment()), team, model);
  };
  EXPECT_TRUE(may("sk-ci-key", "", "small-eu"));
  EXPECT_FALSE(may("sk-ci-key", "", "huge"));
  EXPECT_TRUE(may("sk-ci-key", "research", "small-eu"));
  EXPECT_FALSE(may("sk-ci-key", "research", "small-us"));
  EXPECT_TRUE(may("sk-all-key", "", "huge"));
  EXPECT_FALSE(may("sk-all-key", "research", "huge"));
  EXPECT_TRUE(may("sk-all-key", "unlisted", "huge"));
}

TEST(ApiKeys, MistakesAreReportedWhereTheyStand) {
  ClientAuthSpec spec;
  spec.teams["research"];
  spec.api_keys = {key_spec("a", "1"), key_spec("a", "2"), key_spec("b", "1"), key_spec("c", "3")};
  spec.api_keys[3].sha256 = "sk-plain";
  spec.api_keys[2].team = "reserach";
  Compiled compiled(spec, {{"out", "l[0]", {"short", ""}}, {"out", "l[1]", {"a-long-plain-key"}}});
  EXPECT_THAT(compiled.codes(),
              testing::UnorderedElementsAre("duplicate_name k.a.name", "duplicate_name k.b.sha256",
                                            "bad_value k.c.sha256", "unknown_team k.b.team",
                                            "short_api_key l[0].api_keys[0]", "short_api_key l[0].api_keys[1]",
                                            "bad_value l[0].api_keys[1]", "duplicate_name l[1].name"));
}

TEST(Credential, BearerAndApiKey) {
  const auto found = [](std::vector<std::string_view> authorization, std::vector<std::string_view> key) {
    const auto credential = credential_in(authorization, key);
    return credential ? std::string(*credential) : std::string(to_string(credential.error().reason));
  };
  EXPECT_EQ(found({"Bearer abc"}, {}), "abc");
  EXPECT_EQ(found({"bEARER  abc "}, {}), "abc");
  EXPECT_EQ(found({}, {" abc"}), "abc");
  EXPECT_EQ(found({"Bearer abc"}, {"abc"}), "abc");
  EXPECT_EQ(found({"Bearer abc"}, {"abd"}), "ambiguous_credential");
  EXPECT_EQ(found({"Bearer abc", "Bearer abd"}, {}), "ambiguous_credential");
  EXPECT_EQ(found({}, {"abc", "abd"}), "ambiguous_credential");
  EXPECT_EQ(found({"Basic abc"}, {}), "");
  EXPECT_EQ(found({"Bearer"}, {}), "");
  EXPECT_EQ(found({"Bearerabc"}, {}), "");
  EXPECT_EQ(found({}, {}), "");
}

}  // namespace
}  // namespace signalbox::auth
