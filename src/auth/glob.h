// Names with `*` for any characters (none, too). Everything else stands for itself; case counts.
//
// Pure; any thread; linear in practice, at worst the product of both lengths.
#pragma once

#include <string_view>

namespace signalbox::auth {

bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace signalbox::auth
