#include "lifecycle/file_watch.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>

namespace signalbox::lifecycle {
namespace {

namespace fs = std::filesystem;

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() {
    std::string pattern = (fs::temp_directory_path() / "signalbox-watch-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = pattern;
  }
  ~FileWatchTest() override { fs::remove_all(folder_); }

  static void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }
  // An event is there without waiting: the kernel queues it before the system call that caused it returns.
  bool woken() {
    pollfd entry{watch_.descriptor(), POLLIN, 0};
    return ::poll(&entry, 1, 0) == 1;
  }
  // Woken, changed, and then at rest.
  void expect_change() {
    EXPECT_TRUE(woken());
    EXPECT_TRUE(watch_.changed());
    EXPECT_FALSE(watch_.changed());
    EXPECT_FALSE(woken());
  }

  fs::path folder_;
  FileWatch watch_;
};

TEST_F(FileWatchTest, WritingInPlace) {
  write(folder_ / "a.yaml", "one");
  watch_.set_files({(folder_ / "a.yaml").string()});
  EXPECT_FALSE(watch_.changed());
  write(folder_ / "a.yaml", "two");
  expect_change();
}

TEST_F(FileWatchTest, ReplacedByRename) {
  write(folder_ / "a.yaml", "one");
  watch_.set_files({(folder_ / "a.yaml").string()});
  for (const char* text : {"two", "six"}) {
    write(folder_ / "new", text);
    fs::rename(folder_ / "new", folder_ / "a.yaml");
    expect_change();
  }
}

TEST_F(FileWatchTest, DeletedAndMadeAgain) {
  write(folder_ / "a.yaml", "one");
  watch_.set_files({(folder_ / "a.yaml").string()});
  fs::remove(folder_ / "a.yaml");
  expect_change();
  write(folder_ / "a.yaml", "one");
  expect_change();
}

TEST_F(FileWatchTest, KubernetesTurnsALinkToADirectory) {
  fs::create_directory(folder_ / "..1");
  write(folder_ / "..1/a.yaml", "one");
  fs::create_directory_symlink("..1", folder_ / "..data");
  fs::create_symlink("..data/a.yaml", folder_ / "a.yaml");
  watch_.set_files({(folder_ / "a.yaml").string()});
  for (const char* generation : {"..2", "..3"}) {
    fs::create_directory(folder_ / generation);
    write(folder_ / generation / "a.yaml", "two");
    const fs::path before = fs::read_symlink(folder_ / "..data");
    fs::create_directory_symlink(generation, folder_ / "..data_tmp");
    fs::rename(folder_ / "..data_tmp", folder_ / "..data");
    fs::remove_all(folder_ / before);
    expect_change();
  }
}

TEST_F(FileWatchTest, TheTargetOfALinkInAnotherDirectory) {
  fs::create_directories(folder_ / "names");
  fs::create_directories(folder_ / "real");
  write(folder_ / "real/a.yaml", "one");
  fs::create_symlink("../real/a.yaml", folder_ / "names/a.yaml");
  watch_.set_files({(folder_ / "names/a.yaml").string()});
  write(folder_ / "real/a.yaml", "two!");
  expect_change();
}

TEST_F(FileWatchTest, ADirectoryReplacedUnderItsName) {
  fs::create_directory(folder_ / "conf");
  write(folder_ / "conf/a.yaml", "one");
  watch_.set_files({(folder_ / "conf/a.yaml").string()});
  fs::create_directory(folder_ / "next");
  write(folder_ / "next/a.yaml", "two");
  fs::rename(folder_ / "conf", folder_ / "old");
  fs::rename(folder_ / "next", folder_ / "conf");
  expect_change();
  write(folder_ / "conf/a.yaml", "three");  // the new directory is watched now
  expect_change();
}

TEST_F(FileWatchTest, OtherFilesInTheDirectoryAreNoChange) {
  write(folder_ / "a.yaml", "one");
  watch_.set_files({(folder_ / "a.yaml").string()});
  write(folder_ / "b.yaml", "one");
  EXPECT_TRUE(woken());
  EXPECT_FALSE(watch_.changed());
}

TEST_F(FileWatchTest, AChangeWhileTheFilesWereReadIsSeen) {
  write(folder_ / "a.yaml", "one");
  watch_.set_files({(folder_ / "a.yaml").string()});
  const Stamps read = stamps_of(watch_.files());
  write(folder_ / "a.yaml", "later");  // between the stamps and the end of the reload
  EXPECT_TRUE(watch_.changed());
  watch_.set_seen(read);
  EXPECT_TRUE(watch_.changed());
  EXPECT_FALSE(watch_.changed());
}

TEST_F(FileWatchTest, FilesThatJoinStartFromTheirPresentState) {
  write(folder_ / "a.yaml", "one");
  write(folder_ / "b.yaml", "one");
  watch_.set_files({(folder_ / "a.yaml").string()});
  write(folder_ / "a.yaml", "changed and not yet seen");
  watch_.set_files({(folder_ / "a.yaml").string(), (folder_ / "b.yaml").string()});
  EXPECT_TRUE(watch_.changed()) << "a has changed";
  write(folder_ / "b.yaml", "two");
  expect_change();
}

TEST_F(FileWatchTest, AMissingDirectoryIsNamedAndFoundLater) {
  watch_.set_files({(folder_ / "later/a.yaml").string()});
  EXPECT_EQ(watch_.unwatched(), std::vector<std::string>{(folder_ / "later").string()});
  fs::create_directory(folder_ / "later");
  write(folder_ / "later/a.yaml", "one");
  EXPECT_TRUE(watch_.changed()) << "found by looking, without an event";
  EXPECT_TRUE(watch_.unwatched().empty());
}

}  // namespace
}  // namespace signalbox::lifecycle
