// Who gets as far as a write. What a write does is tested in lifecycle/editor_test.cpp and tests/integration.
#include <gtest/gtest.h>

#include "api/management_fixture.h"
#include "api/routes.h"

namespace signalbox::api {
namespace {

class ConfigWritesTest : public ManagementTest {
 protected:
  void allow(std::string_view token, router::ManagementAuthMode mode = router::ManagementAuthMode::disabled) {
    router::ManagementAuthSpec spec;
    spec.mode = mode;
    auth_ = std::make_shared<const ManagementAuth>(
        spec, [](const std::string&) { return std::optional<std::string>(); }, token);
  }
  gateway::HttpResponse with_token(gateway::HttpRequest request, const std::string& token) {
    request.headers.add("Authorization", "Bearer " + token);
    return send(request);
  }
  static std::string code(const gateway::HttpResponse& response) { return json(response)["error"]["code"]; }
};

TEST_F(ConfigWritesTest, WithoutAnyTokenWritesAreOff) {
  for (const char* method : {"PUT", "PATCH"}) {
    const auto response = with_token(request(method, "/config/router", "x: 1"), "anything");
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(code(response), "MANAGEMENT_AUTH_NOT_CONFIGURED");
  }
}

TEST_F(ConfigWritesTest, AWrongTokenIs401AndTheRightOneGoesOn) {
  allow("right");
  for (const char* path : {"/config/router/reload", "/config/router/rollback"}) {
    const auto refused = with_token(request("POST", path, "{}"), "wrong");
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.headers.get("www-authenticate"), "Bearer realm=\"signalbox\"");
    EXPECT_NE(with_token(request("POST", path, "{}"), "right").status, 401);
  }
  const auto no_file = with_token(request("POST", "/config/router/reload"), "right");
  EXPECT_EQ(no_file.status, 409);
  EXPECT_EQ(code(no_file), "NO_CONFIG_PATH");
}

TEST_F(ConfigWritesTest, TwoAuthorizationHeadersAreRefused) {
  allow("right");
  gateway::HttpRequest twice = request("PUT", "/config/router", "x: 1");
  twice.headers.add("Authorization", "Bearer right");
  EXPECT_EQ(with_token(twice, "right").status, 400);
}

TEST_F(ConfigWritesTest, ReadsAskForATokenInBearerModeOnly) {
  allow("right");
  EXPECT_EQ(get("/config/router").status, 200);
  allow("right", router::ManagementAuthMode::bearer);
  for (const char* path : {"/config/router", "/config/hash", "/metrics", "/info", "/config/router/versions"}) {
    EXPECT_EQ(get(path).status, 401) << path;
    EXPECT_EQ(with_token(request("GET", path), "right").status, 200) << path;
  }
  EXPECT_EQ(post("/api/v1/eval", R"({"text":"x"})").status, 401);
  for (const char* path : {"/health", "/ready", "/"}) EXPECT_EQ(get(path).status, 200) << path;
}

TEST_F(ConfigWritesTest, AWriteFromAnotherOriginIsRefusedWithTheRightTokenToo) {
  allow("right");
  gateway::HttpRequest crossed = request("POST", "/config/router/reload");
  crossed.headers.add("Origin", "http://evil.example");
  EXPECT_EQ(with_token(crossed, "right").status, 403);
}

TEST_F(ConfigWritesTest, EveryRouteThatChangesSomethingAlwaysAsksForAToken) {
  for (const Route& route : management_routes().routes()) {
    const bool evaluates = route.path.starts_with("/api/v1/") || route.path == "/config/router/validate";
    EXPECT_EQ(route.needed.always, route.method != "GET" && !evaluates) << route.method << " " << route.path;
  }
}

}  // namespace
}  // namespace signalbox::api
