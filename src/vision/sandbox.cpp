#include "vision/sandbox.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>

namespace signalbox::vision {

namespace {

// Sanitizers reserve terabytes of address space and report through calls of their own.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

// Memory, time, the channel, and the way out. No call here takes a path or an address.
constexpr std::array kAllowed = {
    SCMP_SYS(read),         SCMP_SYS(write),          SCMP_SYS(recvmsg),      SCMP_SYS(sendmsg),
    SCMP_SYS(poll),         SCMP_SYS(ppoll),          SCMP_SYS(close),        SCMP_SYS(munmap),
    SCMP_SYS(mremap),       SCMP_SYS(madvise),        SCMP_SYS(brk),          SCMP_SYS(futex),
    SCMP_SYS(sched_yield),  SCMP_SYS(clock_gettime),  SCMP_SYS(gettimeofday), SCMP_SYS(clock_nanosleep),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(getrandom),    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),         SCMP_SYS(exit_group),
};
// What the sanitizers' runtime needs on top, in builds that are never shipped. (UBSan learns by a pipe whether the
// memory of an object of an uninstrumented library may be read.)
constexpr std::array kSanitizerCalls = {SCMP_SYS(sigaltstack),       SCMP_SYS(gettid),       SCMP_SYS(getpid),
                                        SCMP_SYS(sched_getaffinity), SCMP_SYS(rt_sigaction), SCMP_SYS(pipe2)};
// Libraries that look for a file of their own are told no; nothing is opened, nothing is killed.
constexpr std::array kRefused = {SCMP_SYS(open),       SCMP_SYS(openat), SCMP_SYS(stat),
                                 SCMP_SYS(newfstatat), SCMP_SYS(access), SCMP_SYS(readlink),
                                 SCMP_SYS(fstat),      SCMP_SYS(ioctl),  SCMP_SYS(lseek)};

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

std::unexpected<std::string> refused(const char* what, int error) {
  return std::unexpected(std::string(what) + " was refused: " + std::strerror(error));
}

bool set_limit(__rlimit_resource_t resource, rlim_t value) {
  const rlimit limit{value, value};
  return ::setrlimit(resource, &limit) == 0;
}

std::expected<void, std::string> set_limits(std::uint64_t memory_bytes) {
  constexpr rlim_t kDescriptors = 8;  // three standard ones, the channel, one picture
  // Tesseract says "Empty page!!" on standard error, which may be a file: then that is lost, and the worker lives.
  ::signal(SIGXFSZ, SIG_IGN);
  const bool done = set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_FSIZE, 0) && set_limit(RLIMIT_NOFILE, kDescriptors) &&
                    (kSanitized || set_limit(RLIMIT_AS, memory_bytes));
  if (!done) return refused("a resource limit", errno);
  return {};
}

// 0, or a negative errno as libseccomp reports it. Executable memory is out: no code but the binary's.
int add_rules(void* filter) {
  int failed = 0;
  const auto rule = [&](std::uint32_t action, int call) {
    if (failed == 0) failed = seccomp_rule_add(filter, action, call, 0);
  };
  for (const int call : kAllowed) rule(SCMP_ACT_ALLOW, call);
  for (const int call : kRefused) rule(SCMP_ACT_ERRNO(EACCES), call);
  if (kSanitized) {
    for (const int call : kSanitizerCalls) rule(SCMP_ACT_ALLOW, call);
  }
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    if (failed == 0)
      failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  }
  return failed;
}

}  // namespace

void tie_to_parent() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_DUMPABLE, 0);
}

std::expected<void, std::string> enter_sandbox(std::uint64_t memory_bytes) {
  if (const auto limited = set_limits(memory_bytes); !limited) return limited;
  if (!kSanitized) ::dup2(STDIN_FILENO, STDERR_FILENO);  // /dev/null: libraries may quote what they read
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("PR_SET_NO_NEW_PRIVS", errno);
  const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter) return refused("a seccomp filter", ENOMEM);
  seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (const int failed = add_rules(filter.get()); failed != 0) return refused("a seccomp rule", -failed);
  if (const int failed = seccomp_load(filter.get()); failed != 0) return refused("the seccomp filter", -failed);
  return {};
}

bool sandbox_available() {
  const std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

}  // namespace signalbox::vision
