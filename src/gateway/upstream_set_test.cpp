// Backends over reloads: what stays the same stays, what left is freed.
#include "gateway/upstream_set.h"

#include <gmock/gmock.h>

#include "auth/access_state.h"
#include "gateway/test_sockets.h"
#include "router/load.h"

namespace signalbox::gateway {
namespace {

class UpstreamSetTest : public testing::ServerFixture {
 protected:
  static std::shared_ptr<const router::Snapshot> snapshot(const std::string& backends, const std::string& more = "") {
    const std::string yaml =
        "providers: {models: [{name: m, backend_refs: [" + backends + "]" + more + "}]}\nrouting: {}\n";
    router::Loaded loaded = router::load_text(yaml, "test.yaml", [](const std::string&) { return std::nullopt; });
    EXPECT_TRUE(loaded.snapshot) << yaml;
    return loaded.snapshot;
  }
  std::shared_ptr<const Backend> backend(const router::Snapshot& of, std::size_t i) {
    return registry_->of(of).models.at(0).backends.at(i);
  }

  telemetry::RealClock clock_;
  UpstreamClient client_{io_, metrics_};
  SnapshotSource source_{snapshot("{endpoint: \"127.0.0.1:1\"}")};
  auth::AccessState clients_;
  ChatServices services_{source_, client_, pool_, nullptr, log_, metrics_, clock_, clients_};
  std::shared_ptr<UpstreamRegistry> registry_ = std::make_shared<UpstreamRegistry>(services_);
};

constexpr const char* kA = "{name: a, endpoint: \"127.0.0.1:1\"}";
constexpr const char* kB = "{name: b, endpoint: \"127.0.0.1:2\"}";

TEST_F(UpstreamSetTest, OneSetForASnapshot) {
  const auto one = snapshot(kA);
  EXPECT_EQ(&registry_->of(*one), &registry_->of(*one));
}

TEST_F(UpstreamSetTest, UnchangedBackendsKeepTheirStateOverAReload) {
  const auto before = snapshot(std::string(kA) + "," + kB);
  backend(*before, 0)->endpoint.set_healthy(false);
  const auto after = snapshot(std::string(kB) + ", {name: a, endpoint: \"127.0.0.1:1\", weight: 7}");
  EXPECT_EQ(backend(*after, 1), backend(*before, 0));  // the weight is not the backend's own
  EXPECT_EQ(backend(*after, 0), backend(*before, 1));
  EXPECT_FALSE(registry_->of(*after).models[0].cluster->endpoint(1).healthy());
}

TEST_F(UpstreamSetTest, AChangedBackendIsAnotherOne) {
  const auto before = snapshot(kA);
  for (const char* changed :
       {"{name: a, endpoint: \"127.0.0.1:9\"}", "{name: a, endpoint: \"127.0.0.1:1\", max_connections: 3}",
        "{name: a, endpoint: \"127.0.0.1:1\", timeouts: {idle: 1s}}", "{name: c, endpoint: \"127.0.0.1:1\"}"}) {
    EXPECT_NE(backend(*snapshot(changed), 0), backend(*before, 0)) << changed;
  }
  EXPECT_NE(backend(*snapshot(kA, ", reliability: {consecutive_5xx: 3}"), 0), backend(*before, 0));
}

// The relay once kept every backend that ever was.
TEST_F(UpstreamSetTest, ABackendThatLeftIsFreedWithItsSnapshot) {
  auto before = snapshot(std::string(kA) + "," + kB);
  const std::weak_ptr<const Backend> gone = backend(*before, 0), kept = backend(*before, 1);
  const auto after = snapshot(kB);
  EXPECT_EQ(backend(*after, 0), kept.lock());
  EXPECT_FALSE(gone.expired());
  before.reset();
  EXPECT_TRUE(gone.expired());
  EXPECT_FALSE(kept.expired());
}

TEST_F(UpstreamSetTest, GaugesFollowHealthAndLeave) {
  source_.set(snapshot(kA));
  registry_->watch();
  EXPECT_EQ(metric(R"(signalbox_upstream_healthy{backend="a"})"), 1);
  backend(*source_.get(), 0)->endpoint.set_healthy(false);
  const auto text_has = [&](const std::string& line) { return metrics_.text().find(line) != std::string::npos; };
  const auto comes = [&](const std::string& line) {
    for (int i = 0; i < 500 && !text_has(line); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return text_has(line);
  };
  EXPECT_TRUE(comes("signalbox_upstream_healthy{backend=\"a\"} 0"));
  source_.set(snapshot(kB));
  EXPECT_TRUE(comes("signalbox_upstream_healthy{backend=\"a\"} NaN"));
  EXPECT_TRUE(comes("signalbox_upstream_healthy{backend=\"b\"} 1"));
}

}  // namespace
}  // namespace signalbox::gateway
