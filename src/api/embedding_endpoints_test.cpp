#include "api/management_fixture.h"

#include <gmock/gmock.h>

#include "models/fake_embedder.h"
#include "models/served_models.h"

namespace signalbox::api {
namespace {

using models::EmbedError;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr std::string_view kThreeRules = R"(
routing:
  signals:
    embeddings:
      - {name: billing, threshold: 0.7, candidates: [invoice refund, charged twice]}
      - {name: bugs, threshold: 0.7, candidates: [crash report]}
      - {name: chat, threshold: 0.9, scope: all_user, candidates: [hello there]}
  decisions:
    - {name: pay, priority: 3, rules: {type: embedding, name: billing}}
    - {name: fix, priority: 2, rules: {type: embedding, name: bugs}}
    - {name: talk, priority: 1, rules: {type: embedding, name: chat}}
global: {model_catalog: {embeddings: {semantic: {bert_model_path: .}}}}
)";

// The management port of a router with a bag-of-words embedder ("." is a folder that is there).
class EmbeddingEndpoints : public ManagementTest {
 protected:
  EmbeddingEndpoints() { serve(); }

  void serve() {
    const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
    snapshots_.set(router::load_text(kThreeRules, "test.yaml", nothing, &served_).snapshot);
    ASSERT_NE(snapshots_.get(), nullptr);
  }
  // Status and code of an error.
  std::pair<int, std::string> refusal(const std::string& path, const std::string& body) {
    const gateway::HttpResponse response = post(path, body);
    return {response.status, json(response)["error"].value("code", "")};
  }

  std::shared_ptr<models::FakeEmbedder> fake_ = std::make_shared<models::FakeEmbedder>();
  models::ServedModels served_{std::make_shared<models::FakeProvider>(fake_), &metrics_};
};

TEST_F(EmbeddingEndpoints, TurnTextsIntoVectors) {
  const auto response = post("/api/v1/embeddings", R"({"texts":["one two","three"],"model":"auto"})");
  ASSERT_EQ(response.status, 200) << response.body;
  const auto body = json(response);
  EXPECT_EQ(body["total_count"], 2);
  const auto& first = body["embeddings"][0];
  EXPECT_EQ(first["text"], "one two");
  EXPECT_EQ(first["modality"], "text");
  EXPECT_EQ(first["model_used"], "fake");
  EXPECT_EQ(first["dimension"], 64);
  EXPECT_EQ(first["tokens"], 4);
  EXPECT_EQ(first["truncated"], false);
  EXPECT_EQ(first["embedding"].get<std::vector<float>>(), (*fake_->embed("one two", {}))->values);
}

TEST_F(EmbeddingEndpoints, TheModelMayBeNamed) {
  for (const std::string name : {"", "auto", "bert", "fake"}) {
    EXPECT_EQ(post("/api/v1/embeddings", R"({"texts":["a"],"model":")" + name + "\"}").status, 200) << name;
  }
  EXPECT_THAT(refusal("/api/v1/embeddings", R"({"texts":["a"],"model":"qwen3"})"), Pair(400, "INVALID_INPUT"));
}

TEST_F(EmbeddingEndpoints, ASimilarityIsThatOfTwoTexts) {
  const auto body = json(post("/api/v1/similarity", R"({"text1":"crash report","text2":"crash"})"));
  EXPECT_NEAR(body["similarity"].get<double>(), 1 / std::sqrt(2.0), 1e-6);
  EXPECT_EQ(body["model_used"], "fake");
}

TEST_F(EmbeddingEndpoints, CandidatesComeBestFirst) {
  const std::string candidates = R"("candidates":["good morning","crash","crash report","crash report"])";
  const auto body = json(post("/api/v1/similarity/batch", R"({"query":"crash report",)" + candidates + "}"));
  ASSERT_EQ(body["matches"].size(), 4U);
  EXPECT_EQ(body["total_candidates"], 4);
  EXPECT_EQ(body["matches"][0]["index"], 2);  // of equals the first
  EXPECT_EQ(body["matches"][1]["index"], 3);
  EXPECT_EQ(body["matches"][2]["text"], "crash");
  EXPECT_NEAR(body["matches"][3]["similarity"].get<double>(), 0, 1e-6);
  const auto top = json(post("/api/v1/similarity/batch", R"({"query":"crash report","top_k":1,)" + candidates + "}"));
  EXPECT_EQ(top["matches"].size(), 1U);
}

TEST_F(EmbeddingEndpoints, InputsAreChecked) {
  const std::string embeddings = "/api/v1/embeddings";
  for (const std::string body :
       {"", "[]", "{", R"({"texts":[]})", R"({"texts":"a"})", R"({"texts":[1]})", R"({"texts":[""]})",
        R"({"texts":["a"],"model":7})", R"({"texts":["a"],"dimension":32})", R"({"texts":["a"],"dimension":-1})",
        R"({"texts":["a"],"dimension":"64"})", R"({"texts":["a"],"target_layer":3})",
        R"({"texts":["a"],"texts":["b"]})", R"({"texts":["a"],"images":["data:image/png;base64,AA=="]})"}) {
    EXPECT_THAT(refusal(embeddings, body), Pair(400, "INVALID_INPUT")) << body;
  }
  std::string many = R"({"texts":["a")";
  for (int i = 0; i < 1024; ++i) many += R"(,"a")";
  EXPECT_THAT(refusal(embeddings, many + "]}"), Pair(400, "INVALID_INPUT"));
  EXPECT_THAT(refusal("/api/v1/similarity", R"({"text1":"a"})"), Pair(400, "INVALID_INPUT"));
  EXPECT_THAT(refusal("/api/v1/similarity/batch", R"({"query":"a","candidates":["b"],"top_k":-1})"),
              Pair(400, "INVALID_INPUT"));
  EXPECT_EQ(fake_->asked().count("a"), 0U);  // nothing was encoded for a wrong request
}

TEST_F(EmbeddingEndpoints, VectorsAreCutOnlyWhereTheModelWasTrainedForIt) {
  EXPECT_THAT(refusal("/api/v1/embeddings", R"({"texts":["a"],"dimension":16})"), Pair(400, "INVALID_INPUT"));
  fake_->info_.shorter_dimensions = {32, 16};
  EXPECT_THAT(post("/api/v1/embeddings", R"({"texts":["a"],"dimension":17})").body,
              HasSubstr("vectors of this model have dimension 64, 32, 16"));
  const auto body = json(post("/api/v1/embeddings", R"({"texts":["a b c d e f"],"dimension":16})"));
  const auto vector = body["embeddings"][0]["embedding"].get<std::vector<double>>();
  ASSERT_EQ(vector.size(), 16U);
  double square = 0;
  for (const double x : vector) square += x * x;
  EXPECT_NEAR(square, 1, 1e-6);
}

TEST_F(EmbeddingEndpoints, ErrorsOfTheModelHaveTheirStatus) {
  const std::vector<std::tuple<EmbedError::Kind, int, std::string>> cases{
      {EmbedError::Kind::overloaded, 503, "OVERLOADED"},
      {EmbedError::Kind::timeout, 504, "TIMEOUT"},
      {EmbedError::Kind::untrusted, 503, "MODEL_NOT_TRUSTED"},
      {EmbedError::Kind::failed, 500, "INTERNAL_ERROR"}};
  for (const auto& [kind, status, code] : cases) {
    fake_->error = EmbedError{kind, "so it is"};
    EXPECT_THAT(refusal("/api/v1/embeddings", R"({"texts":["new text"]})"), Pair(status, code));
  }
  fake_->error = EmbedError{EmbedError::Kind::overloaded, "full"};
  EXPECT_EQ(post("/api/v1/similarity", R"({"text1":"a","text2":"b"})").headers.get("Retry-After"), "1");
}

TEST_F(EmbeddingEndpoints, WithoutAModelTheySaySo) {
  load(kTestConfig);
  const auto response = post("/api/v1/embeddings", R"({"texts":["a"]})");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(json(response)["error"]["code"], "MODEL_NOT_READY");
  EXPECT_THAT(json(response)["error"]["message"].get<std::string>(), HasSubstr("there is no folder"));
  EXPECT_EQ(json(get("/api/v1/embeddings/models"))["count"], 0);
}

TEST_F(EmbeddingEndpoints, ModelsAreListedWithTheirTrust) {
  const auto models = json(get("/api/v1/embeddings/models"));
  ASSERT_EQ(models["count"], 1);
  EXPECT_EQ(models["models"][0]["name"], "fake");
  EXPECT_EQ(models["models"][0]["trust"], "proven");
  EXPECT_EQ(models["models"][0]["metadata"]["default_dimension"], 64);
  EXPECT_EQ(json(get("/info"))["learned_models"][0]["fingerprint"], "fake");
  EXPECT_EQ(json(get("/info/models"))["summary"]["loaded_models"], 1);
  const auto ready = json(get("/ready"));
  EXPECT_EQ(ready["ready_models"], 1);
  EXPECT_EQ(ready["models"][0]["trust"], "proven");
  EXPECT_FALSE(ready["models"][0].contains("model_path"));  // /ready is for everybody
}

TEST_F(EmbeddingEndpoints, AnUnprovenModelIsNamedInEveryEvaluation) {
  EXPECT_FALSE(json(post("/api/v1/eval", R"({"text":"x"})")).contains("unproven_models"));
  fake_->info_.trust = models::Trust::unproven;
  const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
  const std::string rules(kThreeRules);
  const std::string over =
      "global: {model_catalog: {trust: allow_unproven, embeddings: {semantic: {bert_model_path: .}}}}\n";
  const std::string yaml = rules.substr(0, rules.find("global:")) + over;
  snapshots_.set(router::load_text(yaml, "test.yaml", nothing, &served_).snapshot);
  const auto body = json(post("/api/v1/eval", R"({"text":"invoice refund"})"));
  EXPECT_EQ(body["unproven_models"], nlohmann::json::array({"fake"}));
  EXPECT_EQ(body["routing_decision"], "pay");
  EXPECT_EQ(json(get("/ready"))["models"][0]["trust"], "unproven");
  EXPECT_THAT(get("/metrics").body,
              HasSubstr("signalbox_encoder_trust{model=\"fake\",modality=\"text\",state=\"unproven\"} 1\n"));
}

// "What must hold" 2 of issue 4: asserted by counting, not by time.
TEST_F(EmbeddingEndpoints, ThreeRulesAndTheApiEncodeADistinctTextOnce) {
  const auto before = fake_->asked();
  const auto evaluated = json(post("/api/v1/eval", R"({"text":"invoice refund please"})"));
  EXPECT_EQ(evaluated["routing_decision"], "pay");
  EXPECT_EQ(post("/api/v1/embeddings", R"({"texts":["invoice refund please","crash report"]})").status, 200);
  EXPECT_EQ(post("/api/v1/similarity", R"({"text1":"invoice refund please","text2":"another"})").status, 200);
  auto after = fake_->asked();
  for (const auto& [text, count] : before) {
    EXPECT_EQ(count, 1) << text;
    after[text] -= count;
  }
  // "crash report" is an example, too, and was encoded as one.
  EXPECT_THAT(after, ElementsAre(Pair("another", 1), Pair("charged twice", 0), Pair("crash report", 0),
                                 Pair("hello there", 0), Pair("invoice refund", 0), Pair("invoice refund please", 1)));
}

TEST_F(EmbeddingEndpoints, EvalShowsScoresAndTheNearestExample) {
  const auto body = json(post("/api/v1/eval?explain=true", R"({"text":"invoice refund"})"));
  EXPECT_NEAR(body["signal_values"]["embedding:billing"].get<double>(), 0.875, 1e-6);
  EXPECT_NEAR(body["signal_values"]["embedding:billing:best"].get<double>(), 1, 1e-6);
  EXPECT_NEAR(body["signal_values"]["embedding:billing:support"].get<double>(), 0.5, 1e-6);
  EXPECT_EQ(body["signal_values"]["embedding:billing:prototype_count"], 2);
  EXPECT_EQ(body["signals"][0]["evidence"][0]["what"], "invoice refund");
  EXPECT_NEAR(body["signals"][0]["values"]["best"].get<double>(), 1, 1e-6);
}

TEST_F(EmbeddingEndpoints, EvalSaysWhatWasCut) {
  fake_->info_.max_tokens = 6;
  const auto body = json(post("/api/v1/eval", R"({"text":"one two three four five six"})"));
  EXPECT_EQ(body["signal_details"]["embedding:bugs"], "the text was cut: the model read 6 of 8 tokens");
}

TEST_F(EmbeddingEndpoints, PassesAndHitsAreCounted) {
  post("/api/v1/embeddings", R"({"texts":["counted"]})");
  post("/api/v1/embeddings", R"({"texts":["counted"]})");
  const std::string metrics = get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("signalbox_encoder_cache_total{model=\"fake\",modality=\"text\",result=\"hit\"} 1\n"));
}

}  // namespace
}  // namespace signalbox::api
