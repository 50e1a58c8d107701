#include "lifecycle/editor.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lifecycle/lifecycle_fixture.h"

namespace signalbox::lifecycle::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Ended = EditResult::Status;
namespace fs = std::filesystem;

class EditorTest : public ApplierTest {
 protected:
  EditorTest() {
    folder_.write(text("first"));
    clock_.set_system(std::chrono::system_clock::time_point{1795374900123ms});
  }
  // Without watching: what happens here happens through the editor.
  static std::string text(const std::string& mark) { return config_text(mark, "watch: false, versions: 3"); }
  Editor& editor(std::vector<std::string> files = {}) {
    if (files.empty()) files = {folder_.file()};
    reloader_ = std::make_unique<Reloader>(make_applier(), log_, Reloader::Listener{});
    reloader_->start();
    editor_ = std::make_unique<Editor>(*reloader_, files, clock_);
    return *editor_;
  }
  EditResult put(const std::string& text) { return editor_->edit({Edit::Kind::put, text, std::nullopt}); }
  std::string in_force() const { return snapshots_.get()->fingerprint; }

  std::unique_ptr<Reloader> reloader_;
  std::unique_ptr<Editor> editor_;
};

TEST_F(EditorTest, PutWritesTheFileAndComesIntoForce) {
  ::chmod(folder_.file().c_str(), 0640);
  editor();
  const EditResult result = put("# with its comment\n" + text("second"));
  EXPECT_EQ(result.status, Ended::done) << result.message;
  EXPECT_EQ(result.fingerprint, fingerprint_of(text("second")));
  EXPECT_EQ(in_force(), result.fingerprint);
  EXPECT_EQ(folder_.read(), "# with its comment\n" + text("second"));
  struct stat found{};
  ::stat(folder_.file().c_str(), &found);
  EXPECT_EQ(found.st_mode & 0777u, 0640u);
  for (const auto& entry : fs::directory_iterator(folder_.path())) {
    EXPECT_THAT(entry.path().filename().string(), ::testing::AnyOf("router.yaml", ".router.yaml.versions"));
  }
}

TEST_F(EditorTest, IfMatchIsJudgedAgainstTheConfigurationInForce) {
  editor();
  EditResult result = editor_->edit({Edit::Kind::put, text("second"), "0123456789abcdef"});
  EXPECT_EQ(result.status, Ended::changed);
  EXPECT_EQ(result.fingerprint, in_force());
  EXPECT_EQ(folder_.read(), text("first"));
  EXPECT_EQ(editor_->edit({Edit::Kind::put, text("second"), in_force()}).status, Ended::done);
}

// The file was edited by hand and nobody has looked yet: the edit over the API must not overwrite that unseen.
TEST_F(EditorTest, AnEditOfTheFileThatWasNotReloadedYetCountsForIfMatch) {
  editor();
  const std::string seen = in_force();
  folder_.write(text("second"));
  const EditResult result = editor_->edit({Edit::Kind::put, text("third"), seen});
  EXPECT_EQ(result.status, Ended::changed);
  EXPECT_EQ(in_force(), fingerprint_of(text("second")));
  EXPECT_EQ(folder_.read(), text("second"));
}

TEST_F(EditorTest, ABrokenFileCanBePutRight) {
  editor();
  folder_.write("routing: [");
  EXPECT_EQ(editor_->edit({Edit::Kind::put, text("second"), in_force()}).status, Ended::done);
  EXPECT_EQ(folder_.read(), text("second"));
}

TEST_F(EditorTest, AMistakeChangesNeitherFileNorForce) {
  editor();
  const std::string before = in_force();
  const EditResult result = put(text("second") + "nonsense: 1\n");
  EXPECT_EQ(result.status, Ended::refused);
  EXPECT_EQ(result.reload.outcome, Outcome::invalid);
  EXPECT_EQ(result.reload.errors(), 1u);
  EXPECT_EQ(folder_.read(), text("first"));
  EXPECT_EQ(in_force(), before);
  EXPECT_THAT(editor_->versions(), SizeIs(0));
}

TEST_F(EditorTest, PatchChangesWhatItNames) {
  editor();
  const EditResult result =
      editor_->edit({Edit::Kind::patch, R"({"providers": {"defaults": {"default_reasoning_effort": "high"}}})", {}});
  EXPECT_EQ(result.status, Ended::done) << result.message;
  EXPECT_EQ(snapshots_.get()->default_effort, "high");
  EXPECT_THAT(folder_.read(), HasSubstr("sk-inline-secret"));
  EXPECT_EQ(editor_->edit({Edit::Kind::patch, "[]", {}}).status, Ended::bad_patch);
}

TEST_F(EditorTest, TheMarkerOfHiddenSecretsIsRefused) {
  editor();
  std::string shown = text("second");
  shown.replace(shown.find("sk-inline-secret"), 16, "'[redacted]'");
  const EditResult result = put(shown);
  EXPECT_EQ(result.status, Ended::redacted);
  EXPECT_THAT(result.message, HasSubstr("providers.models[0].backend_refs[0].api_key"));
  EXPECT_THAT(folder_.read(), HasSubstr("sk-inline-secret"));
}

TEST_F(EditorTest, FormerVersionsAreKeptAndComeBack) {
  editor();
  const EditResult second = put(text("second"));
  clock_.advance(1s);
  const EditResult third = put(text("third"));
  EXPECT_EQ(second.version, "20261122T191500.123Z");
  ASSERT_THAT(editor_->versions(), SizeIs(2));
  const Version newest = editor_->versions().front();
  EXPECT_EQ(newest.id, third.version);
  EXPECT_EQ(newest.timestamp, "2026-11-22T19:15:01.123Z");
  EXPECT_EQ(newest.source, "put");
  EXPECT_EQ(newest.filename, "20261122T191501.123Z.put.yaml");

  const EditResult back = editor_->edit({Edit::Kind::rollback, second.version, {}});
  EXPECT_EQ(back.status, Ended::done) << back.message;
  EXPECT_EQ(folder_.read(), text("first"));
  EXPECT_EQ(in_force(), fingerprint_of(text("first")));
  EXPECT_THAT(editor_->versions(), SizeIs(3)) << "what was rolled back is a version, too";
  for (const char* id : {"", "../router", "20200101T000000.000Z"}) {
    EXPECT_EQ(editor_->edit({Edit::Kind::rollback, id, {}}).status, Ended::unknown_version) << id;
  }
}

TEST_F(EditorTest, OnlySoManyVersionsAreKept) {
  editor();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(put(text(i % 2 == 0 ? "second" : "third")).status, Ended::done);
  EXPECT_THAT(editor_->versions(), SizeIs(3)) << "in one millisecond, too";
}

TEST_F(EditorTest, SeveralFilesAreNotWritten) {
  editor({folder_.file(), "/etc/other.yaml"});
  const EditResult result = put(text("second"));
  EXPECT_EQ(result.status, Ended::not_editable);
  EXPECT_THAT(result.message, HasSubstr("2 files"));
}

TEST_F(EditorTest, AFileThatIsNotWritableIsNotReplaced) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everything";
  editor();
  ::chmod(folder_.file().c_str(), 0400);
  EXPECT_EQ(put(text("second")).status, Ended::not_editable);
  EXPECT_EQ(folder_.read(), text("first"));
}

TEST_F(EditorTest, ALinkStaysALink) {
  fs::create_directory(folder_.path() / "real");
  fs::rename(folder_.file(), folder_.path() / "real/router.yaml");
  fs::create_symlink("real/router.yaml", folder_.file());
  editor();
  EXPECT_EQ(put(text("second")).status, Ended::done);
  EXPECT_TRUE(fs::is_symlink(folder_.file()));
  EXPECT_EQ(ConfigFolder::read(folder_.path() / "real/router.yaml"), text("second"));
}

TEST_F(EditorTest, AStoppedReloaderIsBusy) {
  editor();
  reloader_->stop();
  EXPECT_EQ(put(text("second")).status, Ended::busy);
  EXPECT_EQ(folder_.read(), text("first"));
}

}  // namespace
}  // namespace signalbox::lifecycle::testing
