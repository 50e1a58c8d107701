// The cell a worker decodes hostile pictures in.
//
// After enter_sandbox() the process can compute, allocate up to the limit, and talk over the descriptors it holds; it
// cannot open a file, make a socket, start a process or a thread, map executable memory or gain a privilege. Any other
// system call kills it. There is no way back. For single-threaded processes.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace signalbox::vision {

// Dies with the thread that started this process; leaves no core file. For the first lines of a worker.
void tie_to_parent();

// The error is a sentence that says what the system refused.
std::expected<void, std::string> enter_sandbox(std::uint64_t memory_bytes);

// Whether this kernel can filter system calls at all (asked of the kernel; nothing changes).
bool sandbox_available();

}  // namespace signalbox::vision
