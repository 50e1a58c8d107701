#include "lifecycle/applier.h"

#include <gmock/gmock.h>

#include "lifecycle/lifecycle_fixture.h"

namespace signalbox::lifecycle::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(ApplierTest, ANewFileComesIntoForce) {
  const auto applier = make_applier();
  clock_.advance(5s);
  folder_.write(config_text("second"));
  const ReloadResult result = applier->apply(applier->read(), Source::signal);
  EXPECT_EQ(result.outcome, Outcome::applied);
  EXPECT_EQ(result.fingerprint, snapshots_.get()->fingerprint);
  EXPECT_EQ(mark_in_force(), "second");
  EXPECT_EQ(*applier->status().shown, "shown " + result.fingerprint);
  EXPECT_EQ(applier->status().fingerprint, result.fingerprint);
  EXPECT_EQ(reloads("applied"), 1);
  EXPECT_EQ(gauge("signalbox_config_last_reload_successful"), 1);
  EXPECT_EQ(gauge("signalbox_config_last_reload_success_timestamp_seconds"), 5);
}

TEST_F(ApplierTest, AFileThatSaysTheSameIsLeftAloneButSighupReloadsAllTheSame) {
  const auto applier = make_applier();
  const auto before = snapshots_.get();
  folder_.write("# a comment\n" + config_text("first"));
  EXPECT_EQ(applier->apply(applier->read(), Source::file).outcome, Outcome::unchanged);
  EXPECT_EQ(snapshots_.get(), before);
  EXPECT_EQ(applier->apply(applier->read(), Source::signal).outcome, Outcome::applied);
  EXPECT_NE(snapshots_.get(), before);
}

TEST_F(ApplierTest, AMistakeChangesNothingAndIsToldWithItsPlace) {
  const auto applier = make_applier();
  const auto before = snapshots_.get();
  folder_.write(config_text("second") + "nonsense: 1\n");
  clock_.advance(7s);
  const ReloadResult result = applier->apply(applier->read(), Source::file);
  EXPECT_EQ(result.outcome, Outcome::invalid);
  EXPECT_EQ(result.errors(), 1u);
  EXPECT_EQ(result.fingerprint, before->fingerprint);
  EXPECT_EQ(snapshots_.get(), before);
  EXPECT_TRUE(log_.has("config_error file=" + folder_.file() + " line=12 column=1 path=nonsense code=unknown_key"));
  EXPECT_TRUE(log_.has("config_reload_refused result=invalid source=file"));
  ASSERT_TRUE(applier->status().last_error);
  EXPECT_EQ(applier->status().last_error->at.time_since_epoch(), 7s);
  EXPECT_EQ(gauge("signalbox_config_last_reload_successful"), 0);
  EXPECT_EQ(gauge("signalbox_config_last_reload_success_timestamp_seconds"), 0);
  EXPECT_EQ(reloads("invalid"), 1);

  folder_.write(config_text("first"));  // put right again
  EXPECT_EQ(applier->apply(applier->read(), Source::file).outcome, Outcome::unchanged);
  EXPECT_FALSE(applier->status().last_error);
  EXPECT_EQ(gauge("signalbox_config_last_reload_successful"), 1);
}

TEST_F(ApplierTest, NoSecretIsLogged) {
  const auto applier = make_applier();
  for (const char* mistake :
       {"api_key: [sk-very-secret]", "api_key: {sk-very-secret: 1}", "api_key: 'sk-very-secret', api_key: 1"}) {
    std::string text = config_text("second");
    text.replace(text.find("api_key: sk-inline-secret"), 25, mistake);
    folder_.write(text);
    const ReloadResult result = applier->apply(applier->read(), Source::file);
    EXPECT_EQ(result.outcome, Outcome::invalid) << mistake;
    EXPECT_THAT(result.message, ::testing::Not(HasSubstr("secret")));
  }
  EXPECT_FALSE(log_.has("sk-very-secret"));
}

TEST_F(ApplierTest, AMissingFileIsUnreadable) {
  const auto applier = make_applier();
  std::filesystem::remove(folder_.file());
  EXPECT_EQ(applier->apply(applier->read(), Source::file).outcome, Outcome::unreadable);
  EXPECT_EQ(mark_in_force(), "first");
}

TEST_F(ApplierTest, FilesAboveTheLimitAreNotParsed) {
  folder_.write(config_text("first", "max_document_bytes: 2048"));
  const auto applier = make_applier();
  folder_.write(config_text("second") + "#" + std::string(2048, '{'));
  const ReloadResult result = applier->apply(applier->read(), Source::file);
  EXPECT_EQ(result.outcome, Outcome::too_large);
  EXPECT_THAT(result.message, HasSubstr("max_document_bytes (2048)"));
}

// Ten anchors of ten aliases each: 10^10 values from some hundred bytes.
TEST_F(ApplierTest, AnAliasBombIsRefusedBeforeItIsExpanded) {
  const auto applier = make_applier();
  std::string bomb = "routing:\n  a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "  a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 1; j < 10; ++j) bomb += "," + before;
    bomb += "]\n";
  }
  folder_.write(bomb);
  const std::uint64_t before = resident_bytes();
  const ReloadResult result = applier->apply(applier->read(), Source::file);
  EXPECT_EQ(result.outcome, Outcome::invalid);
  EXPECT_TRUE(log_.has("code=too_many_nodes"));
  EXPECT_LT(resident_bytes(), before + (512u << 20));
}

TEST_F(ApplierTest, ASnapshotAboveTheMemoryCapIsDroppedBeforeTheSwap) {
  const auto applier = make_applier();
  folder_.write(config_text("second"));
  resident_ = 901u << 20;  // nine tenths of 1000 MiB
  ReloadResult result = applier->apply(applier->read(), Source::file);
  EXPECT_EQ(result.outcome, Outcome::over_memory_cap);
  EXPECT_THAT(result.message, HasSubstr("900 MiB"));
  EXPECT_EQ(mark_in_force(), "first");
  resident_ = 899u << 20;
  EXPECT_EQ(applier->apply(applier->read(), Source::file).outcome, Outcome::applied);
}

TEST_F(ApplierTest, TheCapOfTheConfigurationInForceCounts) {
  folder_.write(config_text("first", "memory_cap_mb: 50"));
  const auto applier = make_applier();
  folder_.write(config_text("second", "memory_cap_mb: 5000"));
  EXPECT_EQ(applier->apply(applier->read(), Source::file).outcome, Outcome::over_memory_cap);
}

TEST_F(ApplierTest, SecurityModelsAreMissedAsAtStart) {
  std::string text = config_text("second");
  text +=
      "recipes:\n  - name: guarded\n    routing:\n      signals: {jailbreak: [{name: injection, threshold: 0.5}]}\n"
      "      decisions: [{name: stop, rules: {type: jailbreak, name: injection}, modelRefs: [{model: small}]}]\n";
  {
    const auto applier = make_applier();
    folder_.write(text);
    const ReloadResult result = applier->apply(applier->read(), Source::file);
    EXPECT_EQ(result.outcome, Outcome::missing_models) << result.message;
    EXPECT_THAT(result.message, HasSubstr("jailbreak:injection of recipe guarded"));
    EXPECT_EQ(mark_in_force(), "first");
  }
  degraded_ = true;
  folder_.write(config_text("first"));
  const auto applier = make_applier();
  folder_.write(text);
  EXPECT_EQ(applier->apply(applier->read(), Source::file).outcome, Outcome::applied);
}

TEST_F(ApplierTest, WhatNeedsARestartIsNamedAndTheRestIsApplied) {
  const auto applier = make_applier();
  std::string text = config_text("second");
  text.replace(text.find("18899"), 5, "18898");
  folder_.write(text);
  ReloadResult result = applier->apply(applier->read(), Source::file);
  EXPECT_EQ(result.outcome, Outcome::applied);
  EXPECT_THAT(result.needs_restart, ElementsAre("listeners[0].port"));
  EXPECT_TRUE(log_.has("config_needs_restart path=listeners[0].port"));
  folder_.write(config_text("third"));  // back to what the sockets are
  EXPECT_THAT(applier->apply(applier->read(), Source::file).needs_restart, ElementsAre());
}

TEST_F(ApplierTest, OtherThingsAreReloadedTogetherOrNotAtAll) {
  std::string in_force = "old", wanted = "new";
  reloadables_.push_back(
      {"certificate", [&](const router::Snapshot&) -> std::expected<std::function<void()>, std::string> {
         return [&] { in_force = wanted; };
       }});
  bool good = false;
  reloadables_.push_back({"keys", [&](const router::Snapshot&) -> std::expected<std::function<void()>, std::string> {
                            if (!good) return std::unexpected("keys.pem cannot be read");
                            return [] {};
                          }});
  const auto applier = make_applier();
  folder_.write(config_text("second"));
  ReloadResult result = applier->apply(applier->read(), Source::file);
  EXPECT_EQ(result.outcome, Outcome::refused);
  EXPECT_EQ(result.message, "keys: keys.pem cannot be read");
  EXPECT_EQ(in_force, "old");
  EXPECT_EQ(mark_in_force(), "first");
  good = true;
  EXPECT_EQ(applier->apply(applier->read(), Source::file).outcome, Outcome::applied);
  EXPECT_EQ(in_force, "new");
  wanted = "newer";  // the configuration says the same, the certificate does not
  EXPECT_EQ(applier->apply(applier->read(), Source::file).outcome, Outcome::unchanged);
  EXPECT_EQ(in_force, "newer");
}

TEST_F(ApplierTest, FilesOfOthersAreWatched) {
  reloadables_.push_back({"certificate", [](const router::Snapshot&) { return [] {}; },
                          [](const router::Snapshot&) { return std::vector<std::string>{"/etc/cert.pem"}; }});
  EXPECT_THAT(make_applier()->watched_files(), ElementsAre(folder_.file(), "/etc/cert.pem"));
}

TEST_F(ApplierTest, FormerSnapshotsLiveAsLongAsTheirRequestsAndAreFreedHere) {
  const auto applier = make_applier();
  auto held = snapshots_.get();  // by a request
  std::weak_ptr<const router::Snapshot> watched = held;
  folder_.write(config_text("second"));
  applier->apply(applier->read(), Source::file);
  folder_.write(config_text("third"));
  applier->apply(applier->read(), Source::file);
  EXPECT_EQ(gauge("signalbox_config_snapshots"), 3);
  applier->release_retired();
  EXPECT_EQ(gauge("signalbox_config_snapshots"), 2) << "the one that a request holds";
  held.reset();
  EXPECT_FALSE(watched.expired()) << "the request was the last user and yet freed nothing";
  applier->release_retired();
  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(gauge("signalbox_config_snapshots"), 1);
}

TEST_F(ApplierTest, AnExceptionWhileLoadingIsAFailedReload) {
  reloadables_.push_back({"broken", [](const router::Snapshot&) -> std::expected<std::function<void()>, std::string> {
                            throw std::runtime_error("out of something");
                          }});
  const auto applier = make_applier();
  folder_.write(config_text("second"));
  const ReloadResult result = applier->apply(applier->read(), Source::file);
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_EQ(mark_in_force(), "first");
}

}  // namespace
}  // namespace signalbox::lifecycle::testing
