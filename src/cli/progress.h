// A progress bar on a terminal; silence in a pipe.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace signalbox::cli {

// One line of standard error that is rewritten, and cleared at the end; empty where that is no terminal.
std::function<void(std::size_t done, std::size_t total)> progress_bar(std::string what);

}  // namespace signalbox::cli
