// One GET on a thread of one's own, for tools: the status of the answer, or a sentence that says why there is none.
//
// Any thread but an I/O thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>

namespace signalbox::gateway {

// `host` is a numeric address. Nothing of the body is kept.
std::expected<int, std::string> blocking_get(const std::string& host, std::uint16_t port, const std::string& path,
                                             std::chrono::milliseconds timeout);

}  // namespace signalbox::gateway
