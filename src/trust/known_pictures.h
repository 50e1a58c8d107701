// Pictures whose content is known because they are drawn here: 21 of them, each a coloured shape, and a label for each.
//
// They ask a joint model the plainest question there is: whether a picture of a red circle is nearer to "a red circle"
// than pictures of other things are. A model that sees at all passes; one whose pictures are read the wrong way
// (pooling, pixel range, resize, the towers of two models) answers at random or upside down. Drawn, not shipped: no
// file can be missing or changed. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "imaging/pixels.h"

namespace signalbox::trust {

struct KnownPicture {
  imaging::Pixels picture;
  std::size_t label = 0;  // of known_labels()
};

// "a red circle": 7 colours of 3 shapes.
std::vector<std::string> known_labels();
// One for each label, in their order; 224 x 224, each shape at its own place and size on its own grey.
std::vector<KnownPicture> known_pictures();

}  // namespace signalbox::trust
