// signalbox parity --images: pictures from the file to the vector, and the reversal grid.
#pragma once

#include <string>

#include "cli/planted_mistake.h"

namespace signalbox::cli {

struct PictureFlags {
  std::string model, images;
  Mistake mistake = Mistake::none;
  bool json = false;
};

// Prints what was found; the exit status. Throws tensor::LoadError.
int run_picture_parity(const PictureFlags& flags);

}  // namespace signalbox::cli
