#include <gmock/gmock.h>

#include <filesystem>

#include "api/management_fixture.h"
#include "models/head_fixture.h"
#include "models/served_models.h"

namespace signalbox::api {
namespace {

using testing::HasSubstr;

// The management port of a router whose domain classifier is a head on a bag-of-words embedder.
class ClassifyEndpoints : public ManagementTest {
 protected:
  ClassifyEndpoints() {
    save("pets", {"cats", "dogs"}, {"a cat purrs", "the dog barks"});
    save("facts", {"needs_fact_check", "no_fact_check_needed"}, {"who won the cup", "write me a poem"});
    const std::string config = R"(
routing:
  signals: {domains: [{name: cats}, {name: dogs}], fact_check: [{name: needs_fact_check}]}
  decisions: [{name: purr, rules: {type: domain, name: cats}}]
global:
  model_catalog:
    embeddings: {semantic: {bert_model_path: .}}
    modules:
      classifier: {domain: {model_id: )" +
                               (folder_.path / "pets").string() + R"(}}
      hallucination_mitigation: {fact_check: {model_id: )" +
                               (folder_.path / "facts").string() + "}}\n";
    const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
    const router::Loaded loaded = router::load_text(config, "test.yaml", nothing, &served_);
    for (const config::Diagnostic& item : loaded.diagnostics->items()) {
      if (item.severity == config::Severity::error) ADD_FAILURE() << config::to_text(item);
    }
    snapshots_.set(loaded.snapshot);
  }
  void save(const std::string& name, std::vector<std::string> labels, const std::vector<std::string>& examples) {
    const auto saved =
        models::save_head(folder_.path / name, models::head_of_examples(*fake_, std::move(labels), examples), nullptr);
    if (!saved) ADD_FAILURE() << saved.error();
  }
  std::pair<int, std::string> refusal(const std::string& path, const std::string& body) {
    const gateway::HttpResponse response = post(path, body);
    return {response.status, json(response)["error"].value("code", "")};
  }

  models::TemporaryFolder folder_;
  std::shared_ptr<models::FakeEmbedder> fake_ = std::make_shared<models::FakeEmbedder>();
  models::ServedModels served_{std::make_shared<models::FakeProvider>(fake_), &metrics_};
};

TEST_F(ClassifyEndpoints, Intent) {
  const auto response =
      post("/api/v1/classify/intent", R"({"text":"my cat purrs","options":{"return_probabilities":true}})");
  ASSERT_EQ(response.status, 200) << response.body;
  const auto body = json(response);
  EXPECT_EQ(body["classification"]["category"], "cats");
  EXPECT_GT(body["classification"]["confidence"], 0.5);
  EXPECT_NEAR(body["probabilities"]["cats"].get<double>() + body["probabilities"]["dogs"].get<double>(), 1.0, 1e-5);
  EXPECT_EQ(body["decision_result"]["decision_name"], "purr");
  EXPECT_EQ(body["matched_signals"]["domains"], nlohmann::json::array({"cats"}));
  EXPECT_EQ(body["windows"], 1);
  EXPECT_EQ(body["truncated"], false);
}

// Who looks at the router sees every model that judges, and what it is worth.
TEST_F(ClassifyEndpoints, TheModelsAreListed) {
  const auto models = json(get("/info/models"))["models"];
  std::vector<std::string> names;
  for (const auto& model : models)
    names.push_back(model["type"].get<std::string>() + " " + model["name"].get<std::string>());
  EXPECT_THAT(names, testing::UnorderedElementsAre("embedding fake", "classifier pets", "classifier facts"));
  EXPECT_EQ(json(get("/api/v1/embeddings/models"))["count"], 1);
}

TEST_F(ClassifyEndpoints, FactCheck) {
  auto body = json(post("/api/v1/classify/fact-check", R"({"text":"who won the cup in 1998"})"));
  EXPECT_EQ(body["needs_fact_check"], true);
  EXPECT_EQ(body["label"], "needs_fact_check");
  body = json(post("/api/v1/classify/fact-check", R"({"text":"write a poem"})"));
  EXPECT_EQ(body["needs_fact_check"], false);
}

TEST_F(ClassifyEndpoints, Batch) {
  const auto body = json(post("/api/v1/classify/batch", R"({"texts":["a cat","the dog","cat purrs"]})"));
  EXPECT_EQ(body["total_count"], 3);
  EXPECT_EQ(body["results"][1]["category"], "dogs");
  EXPECT_EQ(body["statistics"]["category_distribution"]["cats"], 2);
}

TEST_F(ClassifyEndpoints, WhatIsMissingOrWrong) {
  using Refusal = std::pair<int, std::string>;
  EXPECT_EQ(refusal("/api/v1/classify/user-feedback", R"({"text":"no!"})"), Refusal(503, "MODEL_NOT_READY"));
  EXPECT_EQ(refusal("/api/v1/classify/pii", R"({"text":"x"})"), Refusal(503, "MODEL_NOT_READY"));
  EXPECT_EQ(refusal("/api/v1/classify/security", R"({"text":"x"})"), Refusal(503, "MODEL_NOT_READY"));
  EXPECT_EQ(refusal("/api/v1/classify/combined", R"({"text":"x"})"), Refusal(503, "MODEL_NOT_READY"));
  EXPECT_EQ(refusal("/api/v1/classify/batch", R"({"texts":["x"],"task_type":"pii"})"), Refusal(503, "MODEL_NOT_READY"));
  EXPECT_EQ(refusal("/api/v1/classify/batch", R"({"texts":["x"],"task_type":"mood"})"),
            Refusal(400, "INVALID_TASK_TYPE"));
  EXPECT_EQ(post("/api/v1/classify/fact-check", R"({"text":7})").status, 400);
  EXPECT_EQ(post("/api/v1/classify/intent", "[]").status, 400);
  EXPECT_EQ(post("/api/v1/classify/intent", "{}").status, 400);
}

// A text that the model cannot judge now is an error with a true status, never a label.
TEST_F(ClassifyEndpoints, AModelThatFails) {
  fake_->error = models::EmbedError{models::EmbedError::Kind::overloaded, "full"};
  EXPECT_EQ(refusal("/api/v1/classify/fact-check", R"({"text":"x"})"),
            (std::pair<int, std::string>(503, "OVERLOADED")));
}

}  // namespace
}  // namespace signalbox::api
