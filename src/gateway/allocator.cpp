#include "gateway/allocator.h"

#include <malloc.h>

namespace signalbox::gateway {
namespace {
constexpr int kOwnPagesFrom = 256 * 1024;
}

// Large bodies come and go, and their memory should go with them. By default glibc learns from the first large block
// that is freed to keep such blocks on its heap, where smaller neighbours hold them for good: after a mixed load a
// third of the memory stayed. With a fixed threshold they keep pages of their own (measured by bench/soak.py).
//
// Small blocks that are freed join their free neighbours at once, and not when a large block is asked for next, as
// every request does: what is freed together is found in one piece again.
void prepare_allocator() {
  ::mallopt(M_MMAP_THRESHOLD, kOwnPagesFrom);
  ::mallopt(M_MXFAST, 0);
}

}  // namespace signalbox::gateway
