// Where text stands on a picture.
//
// Plain values. Boxes count pixels of the upright picture (as Exif turns it), from its top left corner.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace signalbox::evidence {

struct Box {
  std::uint32_t left = 0, top = 0, width = 0, height = 0;
  bool operator==(const Box&) const = default;
};

// A line of ImageText::text: bytes [begin, end), without its newline. Lines are ascending and disjoint, and every byte
// of the text that is no newline belongs to one, so that what is found in the text can always be covered on the
// picture. Two lines may have one box: a line that was read twice.
struct TextLine {
  std::uint32_t begin = 0, end = 0;
  Box box;
  float confidence = 0;  // mean of its words, 0..1
  bool operator==(const TextLine&) const = default;
};

// The smallest box around both.
Box around(const Box& a, const Box& b);

// More boxes than this are made one.
inline constexpr std::size_t kMaxBoxes = 32;

// The boxes of the lines that hold a byte of [begin, end), each once, in order.
std::vector<Box> boxes_of(std::span<const TextLine> lines, std::size_t begin, std::size_t end);

}  // namespace signalbox::evidence
