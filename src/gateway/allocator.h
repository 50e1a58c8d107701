// The memory allocator of a server process, set up for a gateway: many small blocks that live as long as a request, a
// few large ones, and memory that goes back to the system when it is not needed any more.
//
// It is glibc's; what else was tried: docs/decisions/0007-allocator.md.
#pragma once

namespace signalbox::gateway {

// Call once, before the threads start.
void prepare_allocator();

}  // namespace signalbox::gateway
