// Is this valid UTF-8 (no overlong forms, no surrogates)? Pure; any thread.
#pragma once

#include <string_view>

namespace signalbox::vision {

bool is_utf8(std::string_view text);

}  // namespace signalbox::vision
