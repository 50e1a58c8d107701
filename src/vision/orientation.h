// Orientation: the one piece of metadata that changes what a picture shows.
//
// The readers stay strictly inside their bytes; anything malformed is orientation 1, as viewers treat it. Pure; any
// thread.
#pragma once

#include <optional>

#include "imaging/pixels.h"
#include "vision/header.h"

namespace signalbox::vision {

// TIFF tag 0x0112 of a TIFF block (the Exif payload behind "Exif\0\0", which may be there or not); nothing if the block
// has no such tag or is none. A tag with a value that means nothing is 1.
std::optional<int> exif_orientation(Bytes tiff);

// tiff:Orientation in an XMP packet.
std::optional<int> xmp_orientation(Bytes xmp);

// 1 to 8: Exif's and, where that says nothing, XMP's, as Pillow reads them. Either may be empty.
int orientation_of(Bytes exif, Bytes xmp);

// Turns and mirrors the picture so that it stands as its camera meant it (Pillow's ImageOps.exif_transpose).
imaging::Pixels apply_orientation(imaging::Pixels pixels, int orientation);

}  // namespace signalbox::vision
