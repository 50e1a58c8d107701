// Any bytes as a picture, under tight limits: the header, every codec, the orientation, a resize. Whatever is accepted
// must be inside the limits and whole.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "imaging/resize.h"
#include "vision/decode.h"
#include "vision/orientation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signalbox::vision;
  constexpr Limits kTight{.bytes = 65536, .side = 512, .pixels = 65536};
  const Bytes bytes(data, size);
  const int orientation = orientation_of(bytes, bytes);
  if (orientation < 1 || orientation > 8) std::abort();
  const auto pixels = decode(bytes, "", kTight);
  if (!pixels) return 0;
  const std::size_t count = std::size_t{pixels->width} * pixels->height;
  const bool sound = pixels->width <= kTight.side && pixels->height <= kTight.side && count <= kTight.pixels &&
                     count > 0 && pixels->rgb.size() == count * 3 &&
                     (pixels->alpha.empty() || pixels->alpha.size() == count);
  if (!sound) std::abort();
  const auto resized = signalbox::imaging::resize(*pixels, 1 + static_cast<std::uint32_t>(size % 40), 33,
                                                  signalbox::imaging::Filter::bicubic);
  if (resized.rgb.size() != std::size_t{resized.width} * resized.height * 3) std::abort();
  return 0;
}
