// The memory allocator of a server process, set up for a gateway: many small blocks that live as long as a request, a
// few large ones, and memory that goes back to the system when it is not needed any more.
//
// The executable is linked with jemalloc where it was found (cmake/Dependencies.cmake); the C library's allocator
// serves otherwise. Why: docs/decisions/0007-allocator.md. Call once, before the threads start.
#pragma once

namespace signalbox::gateway {

void prepare_allocator();

}  // namespace signalbox::gateway
