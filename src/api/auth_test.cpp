#include "api/auth.h"

#include <gtest/gtest.h>

#include <map>

namespace signalbox::api {
namespace {

constexpr Needed kRead{"config.read"}, kWrite{"config.write", true}, kOpen{""};

config::Environment environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const std::map<std::string, std::string> variables{{"VIEWER", "v-token"}, {"OPERATOR", "o-token"}, {"EMPTY", ""}};
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

router::ManagementAuthSpec spec(router::ManagementAuthMode mode) {
  router::ManagementAuthSpec spec;
  spec.mode = mode;
  for (const auto& [env, role] :
       {std::pair{"VIEWER", "viewer"}, {"OPERATOR", "operator"}, {"EMPTY", "admin"}, {"UNSET", "admin"}}) {
    router::ManagementTokenSpec& token = spec.tokens.emplace_back();
    token.env = env;
    token.role = role;
  }
  return spec;
}

TEST(ManagementAuth, ReadsAreOpenAndWritesAreNotWithoutMode) {
  const ManagementAuth auth(spec(router::ManagementAuthMode::disabled), environment(), "own");
  EXPECT_EQ(auth.check(kRead, {}), Right::granted);
  EXPECT_EQ(auth.check(kWrite, {}), Right::unauthorized);
  EXPECT_EQ(auth.check(kWrite, "Bearer own"), Right::granted);
  EXPECT_EQ(auth.check(kWrite, "Bearer o-token"), Right::granted);
  EXPECT_EQ(auth.check(kWrite, "Bearer v-token"), Right::forbidden);
}

TEST(ManagementAuth, BearerModeAsksReadersToo) {
  const ManagementAuth auth(spec(router::ManagementAuthMode::bearer), environment(), "own");
  EXPECT_EQ(auth.check(kOpen, {}), Right::granted);
  EXPECT_EQ(auth.check(kRead, {}), Right::unauthorized);
  EXPECT_EQ(auth.check(kRead, "Bearer v-token"), Right::granted);
  EXPECT_EQ(auth.check({"cache.manage"}, "Bearer o-token"), Right::forbidden);
}

TEST(ManagementAuth, OnlyTheWholeTokenCounts) {
  const ManagementAuth auth(spec(router::ManagementAuthMode::bearer), environment(), "own");
  for (const char* header :
       {"", "Bearer", "Bearer ", "own", "Basic own", "Bearer ow", "Bearer ownx", "Bearer own own", "Bearer OWN"}) {
    EXPECT_EQ(auth.check(kWrite, header), Right::unauthorized) << header;
  }
  EXPECT_EQ(auth.check(kWrite, "bearer  own "), Right::granted) << "schemes have no case";
}

TEST(ManagementAuth, UnsetAndEmptyVariablesAreNobodysToken) {
  const ManagementAuth auth(
      spec(router::ManagementAuthMode::bearer), [](const std::string&) { return std::optional<std::string>(""); }, "");
  EXPECT_EQ(auth.check(kWrite, "Bearer "), Right::not_configured);
  EXPECT_EQ(auth.check(kWrite, {}), Right::not_configured);
}

TEST(ManagementAuth, RolesOfTheConfiguration) {
  router::ManagementAuthSpec own = spec(router::ManagementAuthMode::bearer);
  own.roles["viewer"] = {"metrics.read"};
  const ManagementAuth auth(own, environment(), "");
  EXPECT_EQ(auth.check({"metrics.read"}, "Bearer v-token"), Right::granted);
  EXPECT_EQ(auth.check(kRead, "Bearer v-token"), Right::forbidden);
}

}  // namespace
}  // namespace signalbox::api
