#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "cli/server.h"

namespace signalbox::cli {

namespace {

sigset_t signals(bool with_reload) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  if (with_reload) sigaddset(&set, SIGHUP);
  return set;
}

void block(const sigset_t& set) {
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int wait_for(const sigset_t& set) {
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  return signal;
}

// Standard error may be a pipe that nobody empties: say it only where that does not wait.
void say(std::string_view text) {
  pollfd entry{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&entry, 1, 0) == 1 && (entry.revents & POLLOUT) != 0) {
    [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, text.data(), text.size());
  }
}

}  // namespace

void block_stop_signals() {
  block(signals(false));
}

void await_stop_signal() {
  wait_for(signals(false));
}

void block_process_signals() {
  block(signals(true));
}

Order await_order() {
  return wait_for(signals(true)) == SIGHUP ? Order::reload : Order::stop;
}

void end_at_once_on_next_stop_signal() {
  std::thread([] {
    wait_for(signals(false));
    say("signalbox: a second signal: ending at once\n");
    std::_Exit(0);
  }).detach();
}

void open_standard_files() {
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(standard, F_GETFD) != -1) continue;
    // The lowest free number is the one that is missing, for those below it are open.
    if (::open("/dev/null", standard == STDIN_FILENO ? O_RDONLY : O_WRONLY) != standard) std::_Exit(2);
  }
}

}  // namespace signalbox::cli
