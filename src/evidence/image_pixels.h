// A picture of a request as samples of the size that a model reads.
//
// What is decoded stays where it was decoded; only the wanted bytes come back (image_reader.h).
#pragma once

#include <optional>
#include <string>

#include "evidence/evidence.h"
#include "imaging/image_geometry.h"
#include "imaging/pixels.h"

namespace signalbox::evidence {

// Nothing: the whole picture, as it was decoded.
using WantedPixels = std::optional<imaging::ImageGeometry>;

// The outcome for one image.
struct ImagePixels {
  Unjudged unjudged = Unjudged::none;  // none: `pixels` is the picture
  std::string detail{};                // for people: why not
  imaging::Pixels pixels{};            // no alpha
};

}  // namespace signalbox::evidence
