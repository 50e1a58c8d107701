// POST /v1/embeddings by the model of this process: OpenAI's shapes, from a parsed request to the answer.
#include "gateway/local_embeddings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "evidence/base64.h"
#include "gateway/passthrough.h"
#include "models/fake_embedder.h"
#include "models/served_models.h"
#include "router/load.h"

namespace signalbox::gateway {
namespace {

using models::EmbedError;
using nlohmann::json;
using testing::HasSubstr;

constexpr std::string_view kConfig = R"(
providers: {models: [{name: chat, backend_refs: [{endpoint: "127.0.0.1:9"}]}]}
routing: {modelCards: [{name: chat}]}
global:
  router: {local_embeddings: true}
  model_catalog: {embeddings: {semantic: {bert_model_path: examples}}}
)";

class LocalEmbeddings : public testing::Test {
 protected:
  LocalEmbeddings() {
    snapshot_ = router::load_text(
                    kConfig, std::string(SIGNALBOX_SOURCE_DIR) + "/test.yaml",
                    [](const std::string&) { return std::optional<std::string>(); }, &served_)
                    .snapshot;
  }

  // The request as far as the gateway takes it before it asks the model; its refusal, if there is one.
  std::optional<Reply> prepare(const std::string& body) {
    exchange_ = std::make_unique<Exchange>();
    exchange_->snapshot = snapshot_;
    exchange_->received = std::chrono::steady_clock::now();
    const Endpoint* endpoint = find_endpoint("/v1/embeddings");
    EXPECT_TRUE(is_open(*endpoint, *snapshot_));
    exchange_->endpoint = endpoint->upstream;
    exchange_->http.body = body;
    if (auto reply = endpoint->read(*exchange_)) return reply;
    judge(*exchange_, nullptr, nullptr);
    if (auto reply = refuse(*exchange_)) return reply;
    return refuse_passthrough(*exchange_);
  }
  Reply ask(const std::string& body) {
    if (auto reply = prepare(body)) return std::move(*reply);
    EXPECT_TRUE(is_local_embedding(*exchange_));
    return embed_locally(*exchange_);
  }
  std::pair<int, std::string> refusal(const std::string& body) {
    const Reply reply = ask(body);
    return {reply.response.status, reply.reason};
  }

  std::shared_ptr<models::FakeEmbedder> fake_ = std::make_shared<models::FakeEmbedder>();
  models::ServedModels served_{std::make_shared<models::FakeProvider>(fake_), nullptr};
  std::shared_ptr<const router::Snapshot> snapshot_;
  std::unique_ptr<Exchange> exchange_;
};

TEST_F(LocalEmbeddings, AnswerInOpenAisShape) {
  const Reply reply = ask(R"({"model":"examples","input":["one two","three"],"encoding_format":"float"})");
  ASSERT_EQ(reply.response.status, 200) << reply.response.body;
  const json body = json::parse(reply.response.body);
  EXPECT_EQ(body["object"], "list");
  EXPECT_EQ(body["model"], "examples");
  ASSERT_EQ(body["data"].size(), 2U);
  EXPECT_EQ(body["data"][1]["object"], "embedding");
  EXPECT_EQ(body["data"][1]["index"], 1);
  EXPECT_EQ(body["data"][0]["embedding"].get<std::vector<float>>(), (*fake_->embed("one two", {}))->values);
  EXPECT_EQ(body["usage"]["prompt_tokens"], 4 + 3);
  EXPECT_EQ(body["usage"]["total_tokens"], 4 + 3);
  EXPECT_EQ(exchange_->embedded_tokens, 7);
}

TEST_F(LocalEmbeddings, TakeASingleText) {
  EXPECT_EQ(json::parse(ask(R"({"model":"examples","input":"one"})").response.body)["data"].size(), 1U);
}

// The form that OpenAI's Python client asks for when nobody says otherwise.
TEST_F(LocalEmbeddings, EncodeFloatsInBase64) {
  const Reply reply = ask(R"({"model":"examples","input":"one two","encoding_format":"base64"})");
  const std::string text = json::parse(reply.response.body)["data"][0]["embedding"];
  const auto bytes = evidence::decode_base64(text, 1 << 20);
  ASSERT_TRUE(bytes.has_value());
  std::vector<float> values(bytes->size() / sizeof(float));
  std::memcpy(values.data(), bytes->data(), bytes->size());
  EXPECT_EQ(values, (*fake_->embed("one two", {}))->values);
}

TEST_F(LocalEmbeddings, CutOnlyWhatMayBeCut) {
  const std::string body = R"({"model":"examples","input":"a b c d e f","dimensions":16})";
  EXPECT_EQ(refusal(body), std::pair(400, std::string("unsupported_dimensions")));
  fake_->info_.shorter_dimensions = {32, 16};
  EXPECT_THAT(ask(R"({"model":"examples","input":"a","dimensions":17})").response.body,
              HasSubstr("vectors of this model have dimension 64, 32, 16"));
  const auto vector = json::parse(ask(body).response.body)["data"][0]["embedding"].get<std::vector<double>>();
  ASSERT_EQ(vector.size(), 16U);
  double square = 0;
  for (const double x : vector) square += x * x;
  EXPECT_NEAR(square, 1, 1e-6);
}

TEST_F(LocalEmbeddings, RefuseWhatTheyCannotRead) {
  EXPECT_EQ(refusal(R"({"model":"examples","input":[1,2,3]})").second, "unsupported_input");
  EXPECT_EQ(refusal(R"({"model":"examples","input":[[1,2],[3]]})").second, "unsupported_input");
  EXPECT_EQ(refusal(R"({"model":"examples","input":["a",""]})").second, "invalid_value");
  EXPECT_EQ(refusal(R"({"model":"examples","input":"a","encoding_format":"int8"})").second, "invalid_value");
  EXPECT_EQ(refusal(R"({"model":"examples","input":"a","dimensions":"64"})").first, 400);
  EXPECT_EQ(refusal(R"({"model":"examples","input":[]})").first, 400);
  EXPECT_EQ(refusal(R"({"model":"examples"})").first, 400);
  std::string many = R"({"model":"examples","input":["a")";
  for (int i = 0; i < 2048; ++i) many += R"(,"a")";
  EXPECT_EQ(refusal(many + "]}").second, "too_many_inputs");
}

// The answer has no place to say that a text was cut.
TEST_F(LocalEmbeddings, RefuseATextThatWouldBeCut) {
  fake_->info_.max_tokens = 4;
  const Reply reply = ask(R"({"model":"examples","input":["a","a b c d e"]})");
  EXPECT_EQ(reply.reason, "context_length_exceeded");
  EXPECT_THAT(reply.response.body, HasSubstr("reads 4 tokens, and input 1 has 7"));
  EXPECT_FALSE(exchange_->embedded_tokens.has_value());
}

TEST_F(LocalEmbeddings, OtherModelsMakeNoneHere) {
  EXPECT_EQ(refusal(R"({"model":"chat","input":"a"})"), std::pair(400, std::string("unsupported_model")));
  EXPECT_EQ(refusal(R"({"model":"nobody","input":"a"})"), std::pair(404, std::string("model_not_found")));
}

TEST_F(LocalEmbeddings, TheModelDoesNotChat) {
  Exchange exchange;
  exchange.snapshot = snapshot_;
  exchange.received = std::chrono::steady_clock::now();
  exchange.http.body = R"({"model":"examples","messages":[{"role":"user","content":"hello"}]})";
  ASSERT_FALSE(read_request(exchange).has_value());
  judge(exchange, nullptr, nullptr);
  ASSERT_FALSE(refuse(exchange).has_value());
  apply_policy(exchange);
  const auto reply = answer_fast(exchange, telemetry::ManualClock());
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->response.status, 400);
  EXPECT_EQ(reply->reason, "unsupported_model");
}

TEST_F(LocalEmbeddings, ErrorsOfTheModelHaveTheirStatus) {
  fake_->error = EmbedError{EmbedError::Kind::overloaded, "the queue is full"};
  const Reply busy = ask(R"({"model":"examples","input":"new"})");
  EXPECT_EQ(busy.response.status, 503);
  EXPECT_EQ(busy.response.headers.get("retry-after"), "1");
  fake_->error = EmbedError{EmbedError::Kind::timeout, "late"};
  EXPECT_EQ(refusal(R"({"model":"examples","input":"new"})"), std::pair(504, std::string("timeout")));
  fake_->error = EmbedError{EmbedError::Kind::untrusted, "no goldens"};
  EXPECT_EQ(refusal(R"({"model":"examples","input":"new"})"), std::pair(503, std::string("model_not_trusted")));
  fake_->error = EmbedError{EmbedError::Kind::failed, "broken"};
  EXPECT_EQ(refusal(R"({"model":"examples","input":"new"})"), std::pair(500, std::string("internal_error")));
}

// DESIGN 6.3: every response names a model that answers without proof.
TEST_F(LocalEmbeddings, AnUnprovenModelIsNamedInTheHeaders) {
  prepare(R"({"model":"examples","input":"a"})");
  EXPECT_FALSE(response_headers(*exchange_, "local").get("x-signalbox-unproven-models").has_value());
  fake_->info_.trust = models::Trust::unproven;
  std::string allowed(kConfig);
  allowed.insert(allowed.find("embeddings: {semantic"), "trust: allow_unproven, ");
  snapshot_ = router::load_text(
                  allowed, std::string(SIGNALBOX_SOURCE_DIR) + "/test.yaml",
                  [](const std::string&) { return std::optional<std::string>(); }, &served_)
                  .snapshot;
  ASSERT_NE(snapshot_, nullptr);
  prepare(R"({"model":"examples","input":"a"})");
  EXPECT_EQ(response_headers(*exchange_, "local").get("x-signalbox-unproven-models"), "fake");
}

}  // namespace
}  // namespace signalbox::gateway
