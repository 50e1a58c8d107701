// The gateway's end of one worker: start it, give it a picture, know how it died.
//
// Owned by one lane of the pool and used by that lane's thread only, which must live as long as the worker: the kernel
// kills a worker whose starting thread is gone. Destroying it kills the worker and waits for it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "vision/channel.h"
#include "vision/messages.h"

namespace signalbox::vision {

// What workers read, as they are told apart by people and rules.
struct WorkKind {
  std::string noun = "picture";
  evidence::Unjudged without_worker = evidence::Unjudged::ocr_missing;  // why nothing is read when none can start
  Places places = Places::required;
  std::string remedy;  // of a worker that cannot be confined: "set image_isolation: …"
};

struct WorkerOptions {
  Setup setup;
  WorkKind kind;
  std::string executable = "/proc/self/exe";  // the running binary, even when its file has been replaced
  std::vector<std::string> environment;       // NAME=value, all that a worker sees beside our own
  std::chrono::milliseconds start_limit{10'000};
};

// Why an exchange gave no answer.
enum class Loss : std::uint8_t {
  late,         // the deadline passed; the worker is in an unknown state
  interrupted,  // the pool is stopping
  killed,       // SIGKILL from outside (an operator, the kernel out of memory): not the picture's fault
  crashed,      // died by itself while it held the picture
  babbled,      // answered with something that is no answer
};

class WorkerProcess {
 public:
  // Starts a worker and waits until it is confined. The error is a sentence.
  static std::expected<std::unique_ptr<WorkerProcess>, std::string> start(const WorkerOptions& options, int interrupt);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  pid_t pid() const { return pid_; }
  bool alive();
  // After any Loss the worker is of no further use.
  // `room` is the memory that a task for pixels needs, else -1.
  std::expected<evidence::ImageText, Loss> read(const Task& task, int picture, int room);

 private:
  static std::expected<std::unique_ptr<WorkerProcess>, std::string> start_once(const WorkerOptions& options,
                                                                               int interrupt, bool& killed);
  WorkerProcess(pid_t pid, Channel channel, Places places) : pid_(pid), channel_(std::move(channel)), places_(places) {}
  std::expected<void, std::string> greet(const WorkerOptions& options);
  Loss loss_of(ChannelError error);
  bool was_killed();
  void end();

  pid_t pid_;
  Channel channel_;
  const Places places_;
  bool reaped_ = false;
  int status_ = 0;
};

}  // namespace signalbox::vision
