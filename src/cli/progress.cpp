#include "cli/progress.h"

#include <unistd.h>

#include <iostream>
#include <utility>

namespace signalbox::cli {

std::function<void(std::size_t, std::size_t)> progress_bar(std::string what) {
  if (isatty(STDERR_FILENO) == 0) return nullptr;
  return [what = std::move(what)](std::size_t done, std::size_t total) {
    constexpr std::size_t kWidth = 30;
    const std::size_t filled = total == 0 ? kWidth : kWidth * done / total;
    std::cerr << "\r\033[K[" << std::string(filled, '#') << std::string(kWidth - filled, '.') << "] " << done << "/"
              << total << " " << what << (done == total ? "\r\033[K" : "") << std::flush;
  };
}

}  // namespace signalbox::cli
