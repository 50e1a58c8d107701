// EXIF orientation: the one tag that changes what a picture shows.
//
// parse_orientation reads a TIFF block (the Exif payload behind "Exif\0\0", or a PNG's eXIf chunk) strictly inside its
// bounds; anything malformed is orientation 1, as viewers treat it. Pure; any thread.
#pragma once

#include "vision/header.h"
#include "vision/pixels.h"

namespace signalbox::vision {

// 1 to 8, as in TIFF tag 0x0112.
int parse_orientation(Bytes tiff);

// Turns and mirrors the picture so that it stands as its camera meant it (Pillow's ImageOps.exif_transpose).
Pixels apply_orientation(Pixels pixels, int orientation);

}  // namespace signalbox::vision
