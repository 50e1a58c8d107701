#include <gmock/gmock.h>

#include "api/management_fixture.h"
#include "api/validate_json.h"

namespace signalbox::api {
namespace {

using gateway::HttpResponse;
using testing::HasSubstr;
using testing::Not;

TEST_F(ManagementTest, ConfigIsShownWithoutItsSecrets) {
  const HttpResponse response = get("/config/router");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("ETag"), '"' + document_.fingerprint + '"');
  EXPECT_THAT(response.body, Not(HasSubstr("sk-inline-secret")));
  const nlohmann::json config = json(response);
  EXPECT_EQ(config["providers"]["models"][0]["backend_refs"][0]["api_key"], "[redacted]");
  EXPECT_EQ(config["routing"]["decisions"][1]["name"], "code");
}

TEST_F(ManagementTest, HashTellsTheLoadedFromTheRunning) {
  nlohmann::json hash = json(get("/config/hash"));
  EXPECT_EQ(hash["hash"], hash["runtime_hash"]);
  EXPECT_EQ(hash["status"], "in_sync");
  document_.fingerprint = "other";
  hash = json(get("/config/hash"));
  EXPECT_EQ(hash["hash"], "other");
  EXPECT_EQ(hash["status"], "reloading");
}

TEST_F(ManagementTest, ValidateTakesYamlOrJsonThatHoldsIt) {
  const std::string yaml(kTestConfig);
  for (const std::string& body : {yaml, nlohmann::json({{"yaml", yaml}}).dump()}) {
    const HttpResponse response = post("/config/router/validate", body);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(json(response)["valid"], true) << response.body;
    EXPECT_TRUE(json(response)["errors"].empty());
  }
}

TEST_F(ManagementTest, ValidateNamesEveryErrorWithItsPlace) {
  std::string yaml(kTestConfig);
  yaml.replace(yaml.find("priority: 30"), 12, "priorty: 30");
  yaml.replace(yaml.find("name: law}, modelRefs"), 9, "name: lwa");
  const nlohmann::json found = json(post("/config/router/validate", yaml));
  EXPECT_EQ(found["valid"], false);
  ASSERT_EQ(found["errors"].size(), 2U) << found.dump(2);
  const nlohmann::json& typo = found["errors"][0];
  EXPECT_EQ(typo["code"], "unknown_key");
  EXPECT_EQ(typo["file"], "test.yaml");
  EXPECT_EQ(typo["line"], 20);
  EXPECT_EQ(typo["path"], "routing.decisions[0].priorty");
  EXPECT_THAT(typo["suggestion"].get<std::string>(), HasSubstr("priority"));
}

TEST_F(ManagementTest, ValidateRefusesWhatIsNoConfigurationText) {
  EXPECT_EQ(post("/config/router/validate", "").status, 400);
  EXPECT_EQ(post("/config/router/validate", R"({"yaml": 5})").status, 400);
  EXPECT_EQ(post("/config/router/validate", R"({"yaml": " "})").status, 400);
  EXPECT_EQ(json(post("/config/router/validate", "a: [1"))["valid"], false) << "broken YAML is an answer, not an error";
}

TEST_F(ManagementTest, ValidatingChangesNothing) {
  const std::string before = json(get("/config/hash")).dump();
  post("/config/router/validate", "version: v0.3\nrouting: {}\n");
  EXPECT_EQ(json(get("/config/hash")).dump(), before);
}

TEST(ValidateJson, SaysWhenFindingsWereLeftOut) {
  config::Diagnostics diagnostics;
  for (std::size_t i = 0; i <= config::Diagnostics::kMostItems; ++i) diagnostics.warning("a", "odd", "odd");
  const nlohmann::ordered_json found = validate_json(diagnostics);
  EXPECT_EQ(found["valid"], true);
  EXPECT_EQ(found["truncated"], true);
  EXPECT_EQ(found["warnings"].size(), config::Diagnostics::kMostItems);
}

}  // namespace
}  // namespace signalbox::api
