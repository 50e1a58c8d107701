// Which digit strings are phone numbers somewhere.
//
// Internal to pii/. The patterns are compiled at first use, once for the process; any thread.
#pragma once

#include <string_view>

namespace signalbox::pii {

// Digits behind '+': a calling code and a national number of it.
bool is_international(std::string_view digits);
// Digits as dialled within a country that puts a '0' before them.
bool is_national_with_zero(std::string_view digits);

}  // namespace signalbox::pii
