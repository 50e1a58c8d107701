// Grey pictures to read: luma, what transparency can hide, dark screens turned light.
//
// Pure functions on plain values; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "evidence/image_lines.h"
#include "imaging/pixels.h"

namespace signalbox::vision {

struct Grey {
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> samples;  // width * height
};

// Differences below this cannot carry text that anyone, or any model, could read.
inline constexpr int kVisible = 4;

// The pictures somebody may see in `pixels`, none of them uniform: the colours as they are and, where there is
// transparency, the colours over white and over black. Text can be made to exist in only one of them, and we cannot
// know which one the model upstream will look at.
std::vector<Grey> readable_views(const imaging::Pixels& pixels);

// Light text on a dark ground becomes dark on light, which is what recognisers are trained on.
Grey dark_on_light(Grey grey);

// What is lighter, or darker, than the ground, as dark on light; everything on the other side is ground. For letters on
// a coloured panel, whose surroundings would otherwise outweigh them.
enum class Side : std::uint8_t { lighter, darker };
Grey one_side(Grey grey, Side side);

// `box` must lie inside.
Grey cut(const Grey& grey, const evidence::Box& box);

// With `room` on each side where the picture has it.
evidence::Box grown(const evidence::Box& box, std::uint32_t room, const Grey& grey);

// The sample in the middle of all; of most pictures of text, the ground. 0 for an empty picture.
std::uint8_t median(const Grey& grey);

}  // namespace signalbox::vision
