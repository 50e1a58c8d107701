#include "gateway/allocator.h"

#include <malloc.h>

#include <cstddef>

// Of jemalloc, which need not be there. Its header is not used: it would be needed only to build, and only for this.
extern "C" int mallctl(const char* name, void* old_value, std::size_t* old_size, void* new_value, std::size_t new_size)
    __attribute__((weak));

namespace signalbox::gateway {
namespace {

constexpr int kOwnPagesFrom = 256 * 1024;

// Pages that were freed go back after ten seconds, by a thread of jemalloc's own: without it an idle process keeps
// them. Not through MALLOC_CONF or malloc_conf: those would start the thread in the confined picture readers, too.
bool use_jemalloc() {
  if (&mallctl == nullptr) return false;
  bool on = true;
  return mallctl("background_thread", nullptr, nullptr, &on, sizeof on) == 0;
}

}  // namespace

// Large bodies come and go, and their memory should go with them. By default glibc learns from the first large block
// that is freed to keep such blocks on its heap, where smaller neighbours hold them for good: after a mixed load a
// third of the memory stayed. With a fixed threshold they keep pages of their own (measured by bench/soak.py).
void prepare_allocator() {
  if (!use_jemalloc()) ::mallopt(M_MMAP_THRESHOLD, kOwnPagesFrom);
}

}  // namespace signalbox::gateway
