// Machine-readable zones (ICAO 9303) as a recogniser first sees them.
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace signalbox::vision {

// A line worth a second reading with the zone's alphabet: nearly as long as one of ICAO's (30, 36 or 44 characters),
// with fillers in it and hardly a small letter.
bool looks_like_mrz(std::string_view line);

// One reading of one line: blanks removed, which the zone has none of; "" for "", else ends with a newline.
std::string tidy_mrz(std::string_view line);

}  // namespace signalbox::vision
