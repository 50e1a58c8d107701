// Whether bytes that came out of a decoder are something to read.
//
// Internal to disguise/. Pure; any thread.
#pragma once

#include <string_view>

namespace signalbox::disguise {

// Well-formed UTF-8 without control characters, most of it letters and spaces (or digits, of what is encoded again).
bool is_readable(std::string_view bytes);

}  // namespace signalbox::disguise
