#include "vision/sandbox.h"

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <string>

#include "vision/sandbox_probe.h"

namespace signalbox::vision {
namespace {

int run_probe(std::string what) {
  std::string program = "/proc/self/exe", flag(kProbeArgument);
  std::array<char*, 4> arguments = {program.data(), flag.data(), what.data(), nullptr};
  std::array<char*, 1> environment = {nullptr};
  pid_t pid = -1;
  EXPECT_EQ(posix_spawn(&pid, program.c_str(), nullptr, nullptr, arguments.data(), environment.data()), 0);
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  return status;
}

void expect_exit(const std::string& what, int code) {
  const int status = run_probe(what);
  EXPECT_TRUE(WIFEXITED(status)) << what << ": signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), code) << what;
}

void expect_killed(const std::string& what) {
  const int status = run_probe(what);
  ASSERT_TRUE(WIFSIGNALED(status)) << what << ": exit " << WEXITSTATUS(status);
  EXPECT_EQ(WTERMSIG(status), SIGSYS) << what;
}

TEST(Sandbox, ProcessThatDoesNothingForbiddenLives) {
  expect_exit("nothing", kProbeDone);
}
TEST(Sandbox, FilesCannotBeOpened) {
  expect_exit("open", kProbeRefused);
}
TEST(Sandbox, SocketKills) {
  expect_killed("socket");
}
TEST(Sandbox, ForkKills) {
  expect_killed("fork");
}
TEST(Sandbox, ExecKills) {
  expect_killed("exec");
}
TEST(Sandbox, SignallingTheParentKills) {
  expect_killed("kill");
}
TEST(Sandbox, ExecutableMemoryKills) {
  expect_killed("code");
}
TEST(Sandbox, IsAvailableHere) {
  EXPECT_TRUE(sandbox_available());
}

TEST(Sandbox, MemoryIsBounded) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "sanitizers reserve address space of their own";
#endif
#endif
  expect_exit("memory", kProbeRefused);
}

}  // namespace
}  // namespace signalbox::vision
