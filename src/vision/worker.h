// The worker side of a pool: a process that decodes and reads what it is given and can do nothing else.
//
// main() of the gateway hands over before anything else is set up:
//   if (argc == 3 && std::string_view(argv[1]) == vision::kWorkerArgument) return
//   vision::run_image_worker(std::atoi(argv[2]));
#pragma once

#include <functional>
#include <string_view>

#include "vision/messages.h"
#include "vision/recognizer.h"
#include "vision/unique_fd.h"

namespace signalbox::vision {

inline constexpr std::string_view kWorkerArgument = "--image-worker";

// What a worker does with the bytes of a task.
struct Trade {
  // Called while files can still be opened: whatever is loaded lazily is loaded here. May be empty.
  std::function<void(const Setup&)> prepare;
  // Behind the closed door. The recogniser is null when it could not be loaded.
  std::function<evidence::ImageText(Bytes, const Task&, const Setup&, Recognizer*)> read_text;
  // Into the room of the task (Task::pixels). Empty: such a task ends the worker.
  std::function<evidence::ImageText(Bytes, const UniqueFd& room, const Task&, const Setup&)> put_pixels;
};

// Loads the recogniser, enters the sandbox, serves the socket `fd` until it closes. Returns the exit status; the caller
// returns it from main(). Single-threaded.
int run_worker(int fd, const Trade& trade);
int run_image_worker(int fd);

}  // namespace signalbox::vision
