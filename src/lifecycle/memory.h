// How much memory this process holds, and how much it may.
//
// Any thread. Zero stands for "not known" (no /proc, no limit).
#pragma once

#include <cstdint>
#include <string>

namespace signalbox::lifecycle {

// Resident bytes of this process.
std::uint64_t resident_bytes();

// The smallest limit that control groups (v2) set on this process, else the machine's memory. `root` stands before
// /proc and /sys, for tests.
std::uint64_t memory_limit_bytes(const std::string& root = "");

}  // namespace signalbox::lifecycle
