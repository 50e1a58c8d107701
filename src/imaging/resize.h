// Resizing as Pillow does it, bit for bit: `Image.resize((width, height), filter)` of an RGB picture.
//
// Each axis is convolved with the filter, stretched by the reduction (so that it antialiases) and renormalised inside
// the picture; first across, then down, with eight bits between; weights in fixed point of 22 bits. An axis whose size
// stays is left alone. Only the colours are resized: alpha was dropped by convert("RGB"), and a resized picture has
// none. Allocates the result and one buffer between the passes: no more than the larger of both heights by the width
// before or after. Re-entrant; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "imaging/pixels.h"
#include "imaging/resize_kernels.h"

namespace signalbox::imaging {

// Pillow's numbers (PIL.Image.Resampling), which preprocessor_config.json uses as `resample`.
enum class Filter : std::uint8_t { lanczos = 1, bilinear = 2, bicubic = 3, box = 4 };
std::string_view to_string(Filter filter);
// "bicubic" -> Filter::bicubic
std::optional<Filter> filter_of(std::string_view name);

// A rectangle of a picture resized to whole_width x whole_height. The rest of it is not computed, and no more of the
// source is read than the rectangle needs.
struct Part {
  std::uint32_t whole_width = 0, whole_height = 0;
  std::uint32_t left = 0, top = 0, width = 0, height = 0;
};

// `pixels` and the wanted size must not be empty, and a part must lie inside its whole.
Pixels resize_part(const Pixels& pixels, const Part& part, Filter filter,
                   const ResizeKernels& kernels = vector_resize_kernels());
Pixels resize(const Pixels& pixels, std::uint32_t width, std::uint32_t height, Filter filter,
              const ResizeKernels& kernels = vector_resize_kernels());

}  // namespace signalbox::imaging
