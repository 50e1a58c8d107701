#include "lifecycle/config_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "lifecycle/lifecycle_fixture.h"

namespace signalbox::lifecycle::testing {
namespace {

using Kind = FileError::Kind;
namespace fs = std::filesystem;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

TEST(ConfigFile, ReadsUpToTheLimit) {
  const ConfigFolder folder;
  folder.write(std::string(1000, 'x'));
  EXPECT_EQ(read_file(folder.file(), 1000).value(), std::string(1000, 'x'));
  EXPECT_EQ(read_file(folder.file(), 999).error().kind, Kind::too_large);
  folder.write("");
  EXPECT_EQ(read_file(folder.file(), 1000).value(), "");
}

TEST(ConfigFile, OnlyRegularFilesAreReadAndNothingIsWaitedFor) {
  const ConfigFolder folder;
  EXPECT_EQ(read_file(folder.file(), 1000).error().kind, Kind::unreadable);
  EXPECT_EQ(read_file(folder.path().string(), 1000).error().kind, Kind::unreadable);
  ASSERT_EQ(::mkfifo(folder.file().c_str(), 0600), 0);
  EXPECT_EQ(read_file(folder.file(), 1000).error().message,
            folder.file() + " cannot be read: it is not a regular file");
  EXPECT_EQ(read_file("/dev/zero", 1000).error().kind, Kind::unreadable);
}

TEST(ConfigFile, ReplacesTheWholeFileAndKeepsItsMode) {
  const ConfigFolder folder;
  folder.write("old");
  ::chmod(folder.file().c_str(), 0604);
  ASSERT_TRUE(replace_file(folder.file(), "new"));
  EXPECT_EQ(folder.read(), "new");
  EXPECT_EQ(fs::status(folder.file()).permissions(), fs::perms(0604));
  EXPECT_EQ(entries(folder.path()), 1u) << "nothing is left beside it";
  ASSERT_TRUE(replace_file((folder.path() / "fresh").string(), "x"));
  EXPECT_EQ(fs::status(folder.path() / "fresh").permissions(), fs::perms(0600));
}

TEST(ConfigFile, AFailureLeavesNothingBehind) {
  const ConfigFolder folder;
  fs::create_directory(folder.file());  // a rename cannot replace it
  const auto result = replace_file(folder.file(), "new");
  ASSERT_FALSE(result);
  EXPECT_EQ(entries(folder.path()), 1u);
  EXPECT_TRUE(fs::is_directory(folder.file()));
  EXPECT_EQ(check_replaceable(folder.file()).error().kind, Kind::not_writable);
  EXPECT_EQ(replace_file("/nowhere/at/all.yaml", "x").error().kind, Kind::not_writable);
  EXPECT_EQ(check_replaceable("/nowhere/at/all.yaml").error().kind, Kind::not_writable);
}

}  // namespace
}  // namespace signalbox::lifecycle::testing
