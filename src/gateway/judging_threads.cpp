#include "gateway/judging_threads.h"

#include <algorithm>

#include "gateway/io_threads.h"

namespace signalbox::gateway {

std::size_t judging_threads(const router::Snapshot& snapshot) {
  const std::size_t busy = std::max<std::size_t>(2, usable_processors());
  return snapshot.embedding->embedder ? busy + kModelWaiters : busy;
}

}  // namespace signalbox::gateway
