// Which parts of a grey picture may hold text. What is not in a region is not read.
//
// Conservative: an area is left out only when nothing visible is in it (a plain ground, a soft gradient), or nothing
// but a line too thin for letters. Texture and drawings stay in: what the recogniser makes of them is its affair.
// Pure; any thread.
#pragma once

#include <vector>

#include "vision/grey.h"

namespace signalbox::vision {

// Disjoint but for the room around them, from top to bottom; none when there is nothing to read. Each holds whole words
// and, where lines of text stand close, all of them.
std::vector<evidence::Box> text_regions(const Grey& grey);

}  // namespace signalbox::vision
