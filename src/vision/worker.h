// The worker side of the pool: a process that decodes and reads pictures and can do nothing else.
//
// main() hands over before anything else is set up:
//   if (argc == 3 && std::string_view(argv[1]) == vision::kWorkerArgument) return
//   vision::run_image_worker(std::atoi(argv[2]));
#pragma once

#include <string_view>

namespace signalbox::vision {

inline constexpr std::string_view kWorkerArgument = "--image-worker";

// Loads the recogniser, enters the sandbox, serves the socket `fd` until it closes. Returns the exit status; the caller
// returns it from main(). Single-threaded.
int run_image_worker(int fd);

}  // namespace signalbox::vision
