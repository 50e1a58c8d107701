// Giving a request up while its pictures are fetched; see cancel_fixture.h.
#include <gmock/gmock.h>

#include "auth/access_state.h"
#include "gateway/cancel_fixture.h"
#include "gateway/chat_service.h"
#include "gateway/snapshot_source.h"
#include "router/load.h"

namespace signalbox::gateway {
namespace {

using testing::eventually;
using testing::GivenUpBy;
using testing::post;
using testing::ScriptedPeer;
using testing::Wire;

// A chat service, and a server of pictures that a test plays.
class CancelImagesTest : public testing::CancelTest {
 protected:
  CancelImagesTest() : snapshots_(load(origin())) {}
  std::string origin() const { return "http://127.0.0.1:" + std::to_string(images_.port()); }
  static std::shared_ptr<const router::Snapshot> load(const std::string& origin) {
    const std::string config = R"(
providers: {defaults: {default_model: m}, models: [{name: m, backend_refs: [{endpoint: "127.0.0.1:9"}]}]}
routing:
  modelCards: [{name: m}]
  signals: {unjudged: [{name: any}]}
  decisions: [{name: unread, rules: {type: unjudged, name: any}, modelRefs: [{model: m}]}]
global:
  router:
    deadline_ms: 120000
    remote_images: {origins: [")" +
                               origin + R"("], timeout: 100s, allow_private_addresses: true}
)";
    return router::load_text(config, "test", config::process_environment()).snapshot;
  }
  // A client whose request waits for two pictures.
  Wire asking() {
    const ChatServices services{snapshots_, *client_, pool_, nullptr, log_, metrics_, clock_, clients_};
    Wire client = Wire::connect(serve(make_chat_service(services)));
    std::string parts;
    for (const char* path : {"/a", "/b"}) {
      parts += std::string(parts.empty() ? "" : ",") + R"({"type":"image_url","image_url":{"url":")" + origin() + path +
               "\"}}";
    }
    client.send(post("/v1/chat/completions",
                     R"({"model":"auto","messages":[{"role":"user","content":[)" + parts + "]}]}",
                     "Content-Type: application/json\r\n"));
    return client;
  }
  void expect_given_up() {
    expect_connections_gone();
    EXPECT_TRUE(eventually([this] { return fetches("cancelled") == 2; })) << metrics_.text();
    EXPECT_EQ(metric(R"(signalbox_upstream_connections_opened_total{backend="127.0.0.1:9"})"), 0);
    if (GetParam() == GivenUpBy::server_stop) return;  // 499 tells of clients
    EXPECT_TRUE(eventually(
        [this] { return metric(R"(signalbox_http_requests_total{listener="gateway",status="499"})") == 1; }));
  }
  double fetches(const std::string& outcome) const {
    return metric("signalbox_remote_image_fetches_total{outcome=\"" + outcome + "\"}");
  }

  ScriptedPeer images_;
  SnapshotSource snapshots_;
  telemetry::RealClock clock_;
  auth::AccessState clients_;
};
INSTANTIATE_TEST_SUITE_P(By, CancelImagesTest, ::testing::ValuesIn(testing::kEveryWay), testing::name_of);

TEST_P(CancelImagesTest, WaitingForTheHeadOfAPicture) {
  Wire client = asking();
  Wire first = images_.accept(), second = images_.accept();
  EXPECT_FALSE(first.read_until("\r\n\r\n").empty());
  EXPECT_FALSE(second.read_until("\r\n\r\n").empty());
  give_up(client);
  EXPECT_TRUE(first.at_end());
  EXPECT_TRUE(second.at_end());
  expect_given_up();
}

TEST_P(CancelImagesTest, InTheBodyOfAPicture) {
  Wire client = asking();
  Wire first = images_.accept(), second = images_.accept();
  for (Wire* wire : {&first, &second}) {
    EXPECT_FALSE(wire->read_until("\r\n\r\n").empty());
    wire->send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\n\x89PNG");
  }
  give_up(client);
  EXPECT_TRUE(first.at_end());
  EXPECT_TRUE(second.at_end());
  expect_given_up();
}

}  // namespace
}  // namespace signalbox::gateway
