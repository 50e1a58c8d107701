// Bytes in memory that another process may map and nobody can change any more (memfd with seals).
//
// A picture travels this way and not inside a frame: the frame stays a few bytes, so that sending it never waits for a
// worker that stands still, and the worker reads the one copy in place. Thread-safe: no state.
#pragma once

#include <optional>

#include "vision/header.h"
#include "vision/unique_fd.h"

namespace signalbox::vision {

// Nothing if the system has no memory or no descriptor left.
std::optional<UniqueFd> seal(Bytes bytes);

}  // namespace signalbox::vision
