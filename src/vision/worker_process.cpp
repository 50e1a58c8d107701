#include "vision/worker_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "vision/worker.h"

namespace signalbox::vision {
namespace {

using Clock = std::chrono::steady_clock;
using Started = std::expected<std::unique_ptr<WorkerProcess>, std::string>;

constexpr int kWorkerFd = 3;

// posix_spawn (vfork and exec inside libc) is safe in a process with threads. The child keeps standard error, until it
// is confined, and its end of the socket; every other descriptor is closed, listening sockets included.
class SpawnPlan {
 public:
  explicit SpawnPlan(int socket) {
    posix_spawn_file_actions_init(&files_);
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, socket, kWorkerFd);
    posix_spawn_file_actions_addclosefrom_np(&files_, kWorkerFd + 1);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);  // a Ctrl-C is for the gateway, which may still be draining
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // 0 or an errno.
  int run(const WorkerOptions& options, pid_t& pid) const {
    std::string program = options.executable, flag(kWorkerArgument), fd = std::to_string(kWorkerFd);
    std::array<char*, 4> arguments = {program.data(), flag.data(), fd.data(), nullptr};
    // One thread a worker: parallelism is the pool's, and Tesseract's OpenMP loses more than it gains on short lines.
    std::vector<std::string> names = {"OMP_THREAD_LIMIT=1", "MALLOC_ARENA_MAX=1"};
    names.insert(names.end(), options.environment.begin(), options.environment.end());
    std::vector<char*> environment;
    for (std::string& name : names) environment.push_back(name.data());
    environment.push_back(nullptr);
    return posix_spawn(&pid, program.c_str(), &files_, &attributes_, arguments.data(), environment.data());
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

std::unexpected<std::string> failed(const WorkerOptions& options, const std::string& why) {
  return std::unexpected(options.kind.noun + " worker: " + why);
}

}  // namespace

// One that was killed from outside before it was ready says nothing about the next one.
Started WorkerProcess::start(const WorkerOptions& options, int interrupt) {
  constexpr int kStarts = 3;
  for (int i = 1;; ++i) {
    bool killed = false;
    Started started = start_once(options, interrupt, killed);
    if (started || !killed || i == kStarts) return started;
  }
}

Started WorkerProcess::start_once(const WorkerOptions& options, int interrupt, bool& killed) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return failed(options, std::string("no socket: ") + std::strerror(errno));
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  pid_t pid = -1;
  if (const int error = SpawnPlan(theirs.get()).run(options, pid); error != 0)
    return failed(options, std::string("cannot start: ") + std::strerror(error));
  theirs = {};  // a worker that dies must be the last to have held its end: then we hear of it
  std::unique_ptr<WorkerProcess> worker(
      new WorkerProcess(pid, Channel(std::move(ours), interrupt), options.kind.places));
  if (const auto greeted = worker->greet(options); !greeted) {
    killed = worker->was_killed();
    return failed(options, greeted.error());
  }
  return worker;
}

std::expected<void, std::string> WorkerProcess::greet(const WorkerOptions& options) {
  const auto deadline = Clock::now() + options.start_limit;
  if (!channel_.send(FrameKind::setup, encode(options.setup), {}, deadline)) return std::unexpected("it died at once");
  const auto frame = channel_.receive(false, deadline);
  if (!frame) {
    const bool late = frame.error() == ChannelError::late;
    return std::unexpected(late ? "it was not ready in time" : "it died before it was ready");
  }
  const auto ready = decode_ready(frame->body);
  if (frame->kind != FrameKind::ready || !ready) return std::unexpected("its greeting makes no sense");
  if (!ready->confined)
    return std::unexpected("it cannot be confined (" + ready->detail + ")" +
                           (options.kind.remedy.empty() ? "" : "; " + options.kind.remedy));
  return {};
}

WorkerProcess::~WorkerProcess() {
  end();
}

void WorkerProcess::end() {
  if (reaped_) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
  reaped_ = true;
}

bool WorkerProcess::alive() {
  if (!reaped_) reaped_ = ::waitpid(pid_, &status_, WNOHANG) != 0;
  return !reaped_;
}

std::expected<evidence::ImageText, Loss> WorkerProcess::read(const Task& task, int picture, int room) {
  const std::array<int, kMaxAttached> both = {picture, room};
  const std::span<const int> attached = std::span(both).first(task.pixels ? 2 : 1);
  if (const auto sent = channel_.send(FrameKind::task, encode(task), attached, task.deadline); !sent)
    return std::unexpected(loss_of(sent.error()));
  const auto frame = channel_.receive(false, task.deadline);
  if (!frame) return std::unexpected(loss_of(frame.error()));
  auto result = decode_result(frame->body, places_);
  if (frame->kind != FrameKind::result || !result) return std::unexpected(Loss::babbled);
  return std::move(*result);
}

Loss WorkerProcess::loss_of(ChannelError error) {
  if (error == ChannelError::late) return Loss::late;
  if (error == ChannelError::interrupted) return Loss::interrupted;
  if (error == ChannelError::malformed) return Loss::babbled;
  return was_killed() ? Loss::killed : Loss::crashed;
}

// Its socket closed. A dying process closes it before it can be waited for; one that closed it without dying is killed
// by end(), after which nobody could tell: so the wait comes first, and it is short because the end is near.
bool WorkerProcess::was_killed() {
  for (int i = 0; i < 1000 && alive(); ++i) ::usleep(1000);
  const bool died = reaped_;
  end();
  return died && WIFSIGNALED(status_) && WTERMSIG(status_) == SIGKILL;
}

}  // namespace signalbox::vision
