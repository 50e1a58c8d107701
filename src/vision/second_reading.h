// Lines worth reading twice: machine-readable zones (ICAO 9303) and keys, as a recogniser first sees them.
//
// Both are text in which every character counts and no dictionary helps, and both are what policies look for.
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "vision/text_engine.h"

namespace signalbox::vision {

// Nearly as long as one of ICAO's lines (30, 36 or 44 characters), with fillers in it and hardly a small letter.
bool looks_like_mrz(std::string_view line);

// Holds a long word of letters with digits, or of capitals: a key, a token, a serial number.
bool holds_dense_word(std::string_view line);

// A zone has no blanks: what was read as several words is one, as sure as the least sure of them.
ReadLine without_blanks(ReadLine line);

}  // namespace signalbox::vision
