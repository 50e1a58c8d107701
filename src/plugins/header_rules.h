// What may be sent as a header: names and values from a configuration that would break or smuggle a message are
// refused.
//
// Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::plugins {

// What is wrong with a header that a configuration sets, as a sentence; nothing when it may be sent.
std::optional<std::string> header_problem(std::string_view name, std::string_view value);

}  // namespace signalbox::plugins
