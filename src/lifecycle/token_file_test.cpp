#include "lifecycle/token_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "lifecycle/lifecycle_fixture.h"

namespace signalbox::lifecycle::testing {
namespace {

using ::testing::HasSubstr;

config::Environment environment(std::map<std::string, std::string> variables = {}) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

bool fives(std::span<unsigned char> bytes) {
  std::ranges::fill(bytes, static_cast<unsigned char>(0x5a));
  return true;
}

unsigned mode_of(const std::string& file) {
  struct stat found{};
  return ::stat(file.c_str(), &found) == 0 ? found.st_mode & 0777u : 0;
}

TEST(TokenFile, ThePlaceIsTheFirstOneThatIsSet) {
  EXPECT_EQ(token_file("/a/b", environment({{"HOME", "/h"}})), "/a/b");
  EXPECT_EQ(token_file("", environment({{"STATE_DIRECTORY", "/var/lib/s:/x"}, {"HOME", "/h"}})),
            "/var/lib/s/management-token");
  EXPECT_EQ(token_file("", environment({{"XDG_STATE_HOME", "/state"}, {"HOME", "/h"}})),
            "/state/signalbox/management-token");
  EXPECT_EQ(token_file("", environment({{"XDG_STATE_HOME", "relative"}, {"HOME", "/h"}})),
            "/h/.local/state/signalbox/management-token");
  EXPECT_EQ(token_file("", environment()), "");
}

TEST(TokenFile, IsMadeOnceAndForItsOwnerOnly) {
  const ConfigFolder folder;
  const std::string file = (folder.path() / "new/state/management-token").string();
  const auto made = own_token(file, environment(), fives);
  ASSERT_TRUE(made) << made.error();
  EXPECT_TRUE(made->made);
  std::string expected;
  for (int i = 0; i < 32; ++i) expected += "5a";
  EXPECT_EQ(made->token, expected);
  EXPECT_EQ(ConfigFolder::read(file), expected + "\n");
  EXPECT_EQ(mode_of(file), 0600u);
  EXPECT_EQ(mode_of((folder.path() / "new/state").string()), 0700u);
  const auto again = own_token(file, environment(), kernel_random);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->made);
  EXPECT_EQ(again->token, expected);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path() / "new/state"), {}), 1);
}

TEST(TokenFile, TwoFirstStartsAtOnceAgree) {
  const ConfigFolder folder;
  const std::string file = (folder.path() / "token").string();
  std::vector<std::string> tokens(2);
  {
    std::vector<std::jthread> starts;
    for (std::string& token : tokens) {
      starts.emplace_back([&] { token = own_token(file, environment(), kernel_random).value_or(OwnToken{}).token; });
    }
  }
  EXPECT_EQ(tokens[0], tokens[1]);
  EXPECT_EQ(tokens[0].size(), 64u);
}

TEST(TokenFile, TheEnvironmentStandsInForIt) {
  const auto token = own_token("/nowhere/x", environment({{"SIGNALBOX_MANAGEMENT_TOKEN", "0123456789abcdef"}}), fives);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->token, "0123456789abcdef");
  EXPECT_EQ(token->file, "");
}

TEST(TokenFile, WeakTokensAndOpenFilesAreRefused) {
  const ConfigFolder folder;
  EXPECT_THAT(own_token("", environment({{"SIGNALBOX_MANAGEMENT_TOKEN", "short"}}), fives).error(),
              HasSubstr("16 characters"));
  folder.write("two words of some length\n");
  ::chmod(folder.file().c_str(), 0600);
  EXPECT_THAT(own_token(folder.file(), environment(), fives).error(), HasSubstr("visible ASCII"));
  folder.write("0123456789abcdef\n");
  ::chmod(folder.file().c_str(), 0620);
  EXPECT_THAT(own_token(folder.file(), environment(), fives).error(), HasSubstr("written by others"));
  EXPECT_THAT(own_token("", environment(), fives).error(), HasSubstr("no place"));
  EXPECT_THAT(own_token("/proc/nothing/token", environment(), fives).error(), HasSubstr("/proc"));
  EXPECT_THAT(
      own_token((folder.path() / "t").string(), environment(), [](std::span<unsigned char>) { return false; }).error(),
      HasSubstr("random"));
}

}  // namespace
}  // namespace signalbox::lifecycle::testing
