#include <gmock/gmock.h>

#include "api/management_fixture.h"

namespace signalbox::api {
namespace {

TEST_F(ManagementTest, InfoSaysWhatRuns) {
  clock_.advance(std::chrono::seconds(90));
  ManagementServices running = services();
  running.build.started = std::chrono::system_clock::time_point();
  const nlohmann::json info = json(make_management(running)(request("GET", "/info")));
  EXPECT_EQ(info["version"], "1.2.3");
  EXPECT_EQ(info["build"]["isa"], "test-isa");
  EXPECT_EQ(info["started_at"], "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(info["uptime_seconds"], 90);
  EXPECT_EQ(info["config"]["fingerprint"], document_.fingerprint);
  EXPECT_EQ(info["default_model"], "small");
}

TEST_F(ManagementTest, InfoListsRecipesDecisionsAndSignals) {
  const nlohmann::json recipe = json(get("/info"))["recipes"][0];
  EXPECT_EQ(recipe["name"], "default");
  EXPECT_THAT(recipe["model_names"].get<std::vector<std::string>>(), testing::Contains("auto"));
  EXPECT_EQ(recipe["decisions"][1]["name"], "code");
  EXPECT_EQ(recipe["decisions"][1]["models"][0], "expert");
  EXPECT_EQ(recipe["signals"]["keyword"][0]["name"], "code_words");
  EXPECT_EQ(recipe["signals"]["keyword"][0]["needs_model"], false);
  EXPECT_EQ(recipe["signals"]["domain"][0]["needs_model"], true);
}

TEST_F(ManagementTest, InfoHoldsNoSecret) {
  EXPECT_THAT(get("/info").body, testing::Not(testing::HasSubstr("sk-inline-secret")));
}

TEST_F(ManagementTest, InfoModelsNamesSignalsThatWaitForOne) {
  const nlohmann::json found = json(get("/info/models"));
  EXPECT_TRUE(found["models"].empty());
  EXPECT_EQ(found["summary"]["signals_without_model"], nlohmann::json::array({"default/domain:law"}));
}

}  // namespace
}  // namespace signalbox::api
