// Giving a request up while a model of this process reads it: the encoder is told; see cancel_fixture.h.
#include <gmock/gmock.h>

#include "auth/access_state.h"
#include "gateway/cancel_fixture.h"
#include "gateway/chat_service.h"
#include "gateway/snapshot_source.h"
#include "models/fake_embedder.h"
#include "models/served_models.h"
#include "router/load.h"

namespace signalbox::gateway {
namespace {

using ::testing::ContainsRegex;
using testing::eventually;
using testing::GivenUpBy;
using ::testing::Not;
using testing::post;
using testing::Signal;
using testing::Wire;

constexpr std::string_view kText = "a text that nobody sent before";
constexpr std::string_view kConfig = R"(
providers:
  defaults: {default_model: small}
  models: [{name: small, backend_refs: [{endpoint: "127.0.0.1:9"}]}]
routing:
  modelCards: [{name: small}]
  signals: {embeddings: [{name: likes, threshold: 0.5, candidates: [an example]}]}
  decisions: [{name: liked, rules: {type: embedding, name: likes}, modelRefs: [{model: small}]}]
global:
  router: {local_embeddings: true}
  model_catalog: {embeddings: {semantic: {bert_model_path: examples}}}
)";

// A chat service whose embedder waits, with the request's text, until its flag says that nobody waits any more.
class CancelEncoderTest : public testing::CancelTest {
 protected:
  CancelEncoderTest() : snapshots_(load()) {
    embedder_->on_embed = [this](std::string_view text, const models::EmbedOptions& options) {
      if (text != kText) return;
      encoding_.fire();
      told_ = options.cancelled != nullptr && eventually([&] { return options.cancelled->load(); });
      ended_.fire();
    };
  }
  std::shared_ptr<const router::Snapshot> load() {
    const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
    return router::load_text(kConfig, std::string(SIGNALBOX_SOURCE_DIR) + "/test.yaml", nothing, &served_).snapshot;
  }
  // A client whose request the embedder has in its hands.
  Wire encoding(std::string_view path, const std::string& body) {
    const ChatServices services{snapshots_, *client_, pool_, nullptr, log_, metrics_, clock_, clients_};
    Wire client = Wire::connect(serve(make_chat_service(services)));
    client.send(post(path, body, "Content-Type: application/json\r\n"));
    EXPECT_TRUE(encoding_.wait());
    return client;
  }
  void expect_told() {
    EXPECT_TRUE(ended_.wait());
    EXPECT_TRUE(told_);
    expect_connections_gone();
    EXPECT_THAT(metrics_.text(), Not(ContainsRegex(R"(signalbox_upstream_connections_opened_total\{[^}]*\} [1-9])")));
    if (GetParam() == GivenUpBy::server_stop) return;  // 499 tells of clients
    EXPECT_TRUE(eventually(
        [this] { return metric(R"(signalbox_http_requests_total{listener="gateway",status="499"})") == 1; }));
  }

  std::shared_ptr<models::FakeEmbedder> embedder_ = std::make_shared<models::FakeEmbedder>();
  models::ServedModels served_{std::make_shared<models::FakeProvider>(embedder_), nullptr};
  SnapshotSource snapshots_;
  telemetry::RealClock clock_;
  auth::AccessState clients_;
  Signal encoding_, ended_;
  std::atomic<bool> told_{false};
};
INSTANTIATE_TEST_SUITE_P(By, CancelEncoderTest, ::testing::ValuesIn(testing::kEveryWay), testing::name_of);

TEST_P(CancelEncoderTest, WhileASignalIsJudged) {
  Wire client = encoding("/v1/chat/completions",
                         R"({"model":"auto","messages":[{"role":"user","content":")" + std::string(kText) + R"("}]})");
  give_up(client);
  expect_told();
}

TEST_P(CancelEncoderTest, WhileVectorsAreAskedFor) {
  Wire client = encoding("/v1/embeddings", R"({"model":"examples","input":")" + std::string(kText) + R"("})");
  give_up(client);
  expect_told();
}

}  // namespace
}  // namespace signalbox::gateway
