#include "evidence/image_lines.h"

#include <algorithm>

namespace signalbox::evidence {

Box around(const Box& a, const Box& b) {
  const std::uint32_t left = std::min(a.left, b.left), top = std::min(a.top, b.top);
  const std::uint32_t right = std::max(a.left + a.width, b.left + b.width);
  const std::uint32_t bottom = std::max(a.top + a.height, b.top + b.height);
  return {.left = left, .top = top, .width = right - left, .height = bottom - top};
}

std::vector<Box> boxes_of(std::span<const TextLine> lines, std::size_t begin, std::size_t end) {
  std::vector<Box> boxes;
  auto line = std::ranges::lower_bound(lines, begin, std::ranges::less_equal{}, &TextLine::end);
  if (line == lines.end() || line->begin >= end) return boxes;
  Box all = line->box;
  bool few = true;
  for (; line != lines.end() && line->begin < end; ++line) {
    all = around(all, line->box);
    if (!few || std::ranges::find(boxes, line->box) != boxes.end()) continue;
    few = boxes.size() < kMaxBoxes;
    boxes.push_back(line->box);
  }
  return few ? boxes : std::vector<Box>{all};
}

}  // namespace signalbox::evidence
