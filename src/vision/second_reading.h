// Lines worth reading twice: machine-readable zones (ICAO 9303) and keys, as a recogniser first sees them.
//
// Both are text in which every character counts and no dictionary helps, and both are what policies look for.
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace signalbox::vision {

// Nearly as long as one of ICAO's lines (30, 36 or 44 characters), with fillers in it and hardly a small letter.
bool looks_like_mrz(std::string_view line);

// Holds a long word of letters with digits, or of capitals: a key, a token, a serial number.
bool holds_dense_word(std::string_view line);

// One reading of a zone's line: blanks removed, which the zone has none of; "" for "", else ends with a newline.
std::string tidy_mrz(std::string_view line);

}  // namespace signalbox::vision
