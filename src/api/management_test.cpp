#include "api/management.h"

#include <gmock/gmock.h>

#include "api/management_fixture.h"
#include "api/routes.h"

namespace signalbox::api {
namespace {

using gateway::HttpResponse;
using testing::HasSubstr;
using testing::Not;

TEST_F(ManagementTest, UnknownPathIs404InTheManagementShape) {
  const HttpResponse response = get("/nothing");
  EXPECT_EQ(response.status, 404);
  const nlohmann::json error = json(response)["error"];
  EXPECT_EQ(error["code"], "NOT_FOUND");
  EXPECT_EQ(error["request_id"], "req-7");
  EXPECT_EQ(error["timestamp"], "1970-01-01T00:00:00.000Z");
  EXPECT_FALSE(error["message"].get<std::string>().empty());
}

TEST_F(ManagementTest, WrongMethodIs405WithAllow) {
  for (const Route& route : management_routes().routes()) {
    const HttpResponse response = send(request("DELETE", std::string(route.path)));
    EXPECT_EQ(response.status, 405) << route.path;
    const std::string allow = std::string(response.headers.get("Allow").value_or(""));
    EXPECT_THAT(allow, HasSubstr(std::string(route.method))) << route.path;
    EXPECT_THAT(allow, Not(HasSubstr("DELETE"))) << route.path;
    EXPECT_EQ(json(response)["error"]["code"], "METHOD_NOT_ALLOWED");
  }
}

TEST_F(ManagementTest, HeadIsAnsweredLikeGet) {
  EXPECT_EQ(send(request("HEAD", "/health")).status, 200);
}

TEST_F(ManagementTest, EveryAnswerCarriesTheCommonHeaders) {
  for (const std::string path : {"/health", "/info", "/", "/explain.js", "/nothing"}) {
    const HttpResponse response = get(path);
    EXPECT_EQ(response.headers.get("x-request-id"), "req-7") << path;
    EXPECT_EQ(response.headers.get("cache-control"), "no-store") << path;
    EXPECT_EQ(response.headers.get("x-content-type-options"), "nosniff") << path;
    EXPECT_THAT(std::string(*response.headers.get("content-security-policy")), HasSubstr("default-src 'none'")) << path;
    EXPECT_FALSE(response.headers.contains("access-control-allow-origin")) << path;
  }
}

TEST_F(ManagementTest, AnExceptionIsA500ThatTellsNothing) {
  ManagementServices broken = services();
  broken.config = []() -> ConfigDocument { throw std::runtime_error("the inside story"); };
  const HttpResponse response = make_management(broken)(request("GET", "/config/router"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(json(response)["error"]["code"], "INTERNAL_ERROR");
  EXPECT_THAT(response.body, testing::Not(HasSubstr("inside story")));
}

TEST_F(ManagementTest, ABodyOverTheLimitIs413) {
  const HttpResponse response = post("/api/v1/eval", std::string(kMaxManagementBody + 1, ' '));
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(json(response)["error"]["code"], "REQUEST_BODY_TOO_LARGE");
}

TEST_F(ManagementTest, Health) {
  EXPECT_EQ(json(get("/health")), nlohmann::json({{"status", "healthy"}, {"service", "signalbox"}}));
}

TEST_F(ManagementTest, ReadyNamesSignalsThatNoModelJudges) {
  const HttpResponse response = get("/ready");
  EXPECT_EQ(response.status, 200);
  const nlohmann::json body = json(response);
  EXPECT_EQ(body["ready"], true);
  EXPECT_EQ(body["phase"], "ready");
  EXPECT_EQ(body["degraded"], false);
  EXPECT_EQ(body["unknown_signals"], nlohmann::json::array({{{"recipe", "default"}, {"signal", "domain:law"}}}));
}

TEST_F(ManagementTest, ReadyNamesMissingSecurityModelsWhenDegraded) {
  std::string yaml(kTestConfig);
  yaml.replace(yaml.find("    domains:"), 0,
               "    jailbreak:\n      - {name: injection, method: classifier, threshold: 0.8}\n");
  yaml +=
      "    - {name: stop, priority: 99, rules: {type: jailbreak, name: injection}, modelRefs: [{model: small, "
      "use_reasoning: false}]}\n";
  load(yaml);
  const nlohmann::json body = json(get("/ready"));
  EXPECT_EQ(body["degraded"], true);
  EXPECT_EQ(body["ready"], true);
  EXPECT_EQ(body["missing_security_models"][0]["signal"], "jailbreak:injection");
  EXPECT_THAT(body["message"].get<std::string>(), HasSubstr("degraded"));
}

TEST_F(ManagementTest, NotReadyWhileStartingOrDraining) {
  draining_ = true;
  EXPECT_EQ(get("/ready").status, 503);
  EXPECT_EQ(json(get("/ready"))["phase"], "draining");
  draining_ = false;
  snapshots_.set(nullptr);
  EXPECT_EQ(get("/ready").status, 503);
  EXPECT_EQ(json(get("/ready"))["phase"], "starting");
  EXPECT_EQ(get("/health").status, 200);
  EXPECT_EQ(get("/info").status, 200);
  EXPECT_EQ(post("/api/v1/eval", R"({"text":"x"})").status, 503);
}

TEST_F(ManagementTest, MetricsAreTheRegistrysText) {
  metrics_.counter("signalbox_test_total", "A test.").get().increment(3);
  const HttpResponse response = get("/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("content-type"), telemetry::Registry::kContentType);
  EXPECT_THAT(response.body, HasSubstr("signalbox_test_total 3"));
}

TEST_F(ManagementTest, MetricsSwitchedOffAre404) {
  load(std::string(kTestConfig) + "global: {services: {observability: {metrics: {enabled: false}}}}\n");
  EXPECT_EQ(get("/metrics").status, 404);
}

TEST_F(ManagementTest, ThePageAndItsFiles) {
  EXPECT_EQ(get("/").body, get("/explain").body);
  EXPECT_EQ(get("/").headers.get("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(get("/explain.js").headers.get("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(get("/explain.css").headers.get("content-type"), "text/css; charset=utf-8");
  EXPECT_THAT(get("/").body, HasSubstr("src=\"/explain.js\""));
  EXPECT_THAT(get("/").body, testing::Not(HasSubstr("style=\""))) << "the policy forbids inline styles";
}

}  // namespace
}  // namespace signalbox::api
