// The test binary plays the gateway's part of re-executing itself: as an image worker, and as a probe that enters the
// sandbox and then tries what a hostile picture would like to do.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "vision/fake_worker.h"
#include "vision/sandbox.h"
#include "vision/sandbox_probe.h"
#include "vision/worker.h"

namespace signalbox::vision {
namespace {

long attempt(std::string_view what) {
  if (what == "open") return ::syscall(SYS_openat, AT_FDCWD, "/etc/hostname", O_RDONLY);
  if (what == "socket") return ::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
  if (what == "fork") return ::syscall(SYS_clone, SIGCHLD, nullptr);
  if (what == "exec") return ::syscall(SYS_execve, "/bin/true", nullptr, nullptr);
  if (what == "kill") return ::syscall(SYS_kill, ::syscall(SYS_getppid), SIGTERM);
  if (what == "code")
    return ::syscall(SYS_mmap, nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (what == "memory")
    return ::syscall(SYS_mmap, nullptr, kProbeMemory * 2, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return 0;  // "nothing"
}

int probe(std::string_view what) {
  if (!enter_sandbox(kProbeMemory)) ::_exit(kProbeNotConfined);
  ::_exit(attempt(what) == -1 ? kProbeRefused : kProbeDone);
}

int run_either_worker(int fd) {
  const char* fake = std::getenv(kFakeWorkerVariable);
  return fake != nullptr ? run_fake_worker(fd, fake) : run_image_worker(fd);
}

}  // namespace
}  // namespace signalbox::vision

int main(int argc, char** argv) {
  if (argc == 3 && argv[1] == signalbox::vision::kWorkerArgument)
    return signalbox::vision::run_either_worker(std::atoi(argv[2]));
  if (argc == 3 && argv[1] == signalbox::vision::kProbeArgument) return signalbox::vision::probe(argv[2]);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
