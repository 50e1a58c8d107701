// Cells of 8 x 8 pixels with something visible in them are joined to regions when they are close, as words of a line
// and lines of a paragraph are. Large letters have large gaps, so that regions beside each other are joined by their
// height once more.
#include "vision/text_regions.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace signalbox::vision {

using evidence::Box;
namespace {

constexpr std::uint32_t kCell = 8;
// Gaps that are bridged: twice this many cells. Words of a line are further apart than lines of a paragraph.
constexpr std::uint32_t kReachX = 2, kReachY = 1;
// Below this a line holds no letters.
constexpr std::uint32_t kLeastInk = 5;
// More regions than this are read as one: each has its own price.
constexpr std::size_t kMaxRegions = 48;
// Regions are at least this much smaller than what is around all of them, or they are not worth their price.
constexpr double kWorthIt = 0.85;
constexpr std::uint32_t kRoom = 8;

struct Cells {
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> set;  // width * height
  std::uint8_t& at(std::uint32_t x, std::uint32_t y) { return set[std::size_t{y} * width + x]; }
  std::uint8_t at(std::uint32_t x, std::uint32_t y) const { return set[std::size_t{y} * width + x]; }
};

// A cell counts with the next row and column, so that no edge falls between two.
Cells visible_cells(const Grey& grey) {
  Cells cells{(grey.width + kCell - 1) / kCell, (grey.height + kCell - 1) / kCell, {}};
  cells.set.resize(std::size_t{cells.width} * cells.height);
  std::vector<std::uint8_t> low(grey.width), high(grey.width);
  for (std::uint32_t y = 0; y < cells.height; ++y) {
    const std::uint32_t first = y * kCell, last = std::min(grey.height, first + kCell + 1);
    std::copy_n(&grey.samples[std::size_t{first} * grey.width], grey.width, low.begin());
    high = low;
    for (std::uint32_t row = first + 1; row < last; ++row) {
      const std::uint8_t* samples = &grey.samples[std::size_t{row} * grey.width];
      for (std::uint32_t x = 0; x < grey.width; ++x) {
        low[x] = std::min(low[x], samples[x]);
        high[x] = std::max(high[x], samples[x]);
      }
    }
    for (std::uint32_t x = 0; x < cells.width; ++x) {
      const auto begin = static_cast<std::ptrdiff_t>(x) * kCell;
      const auto end = std::min<std::ptrdiff_t>(grey.width, begin + kCell + 1);
      const int lowest = *std::min_element(low.begin() + begin, low.begin() + end);
      const int highest = *std::max_element(high.begin() + begin, high.begin() + end);
      cells.at(x, y) = highest - lowest >= kVisible ? 1 : 0;
    }
  }
  return cells;
}

Cells widened(const Cells& cells) {
  Cells wide{cells.width, cells.height, std::vector<std::uint8_t>(cells.set.size())};
  for (std::uint32_t y = 0; y < cells.height; ++y) {
    for (std::uint32_t x = 0; x < cells.width; ++x) {
      if (cells.at(x, y) == 0) continue;
      const std::uint32_t bottom = std::min(cells.height - 1, y + kReachY);
      const std::uint32_t left = x - std::min(x, kReachX), right = std::min(cells.width - 1, x + kReachX);
      for (std::uint32_t row = y - std::min(y, kReachY); row <= bottom; ++row)
        std::fill_n(&wide.at(left, row), right - left + 1, std::uint8_t{1});
    }
  }
  return wide;
}

// In cells: the cells with something in them of each connected area of `wide`, which is used up.
std::vector<Box> connected(const Cells& cells, Cells wide) {
  std::vector<Box> boxes;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> open;
  for (std::uint32_t start = 0; start < wide.set.size(); ++start) {
    if (wide.set[start] == 0) continue;
    Box box;
    bool any = false;
    wide.set[start] = 0;
    open.assign(1, {start % wide.width, start / wide.width});
    while (!open.empty()) {
      const auto [x, y] = open.back();
      open.pop_back();
      if (cells.at(x, y) != 0) {
        const Box cell{x, y, 1, 1};
        box = std::exchange(any, true) ? evidence::around(box, cell) : cell;
      }
      const auto visit = [&](std::uint32_t to_x, std::uint32_t to_y) {
        if (to_x < wide.width && to_y < wide.height && std::exchange(wide.at(to_x, to_y), 0) != 0)
          open.emplace_back(to_x, to_y);
      };
      visit(x + 1, y), visit(x, y + 1);
      if (x > 0) visit(x - 1, y);
      if (y > 0) visit(x, y - 1);
    }
    boxes.push_back(box);
  }
  return boxes;
}

std::uint32_t right_of(const Box& box) {
  return box.left + box.width;
}
std::uint32_t bottom_of(const Box& box) {
  return box.top + box.height;
}

// They overlap, or stand in one line with a gap that is no wider than their letters are high.
bool belong_together(const Box& a, const Box& b) {
  const std::uint32_t top = std::max(a.top, b.top), bottom = std::min(bottom_of(a), bottom_of(b));
  if (bottom <= top) return false;
  const std::uint32_t left = std::max(a.left, b.left), right = std::min(right_of(a), right_of(b));
  if (right > left) return true;
  const std::uint32_t low = std::min(a.height, b.height), high = std::max(a.height, b.height);
  return 2 * low >= high && 2 * (bottom - top) >= low && left - right <= low;
}

std::vector<Box> joined(std::vector<Box> boxes) {
  for (std::size_t i = 0; i < boxes.size();) {
    const auto other = std::find_if(boxes.begin() + static_cast<std::ptrdiff_t>(i) + 1, boxes.end(),
                                    [&](const Box& box) { return belong_together(boxes[i], box); });
    if (other == boxes.end()) {
      ++i;
      continue;
    }
    boxes[i] = evidence::around(boxes[i], *other);
    *other = boxes.back();
    boxes.pop_back();
    i = 0;  // what has grown may now reach one that it did not
  }
  return boxes;
}

Box in_pixels(const Box& cells, const Grey& grey) {
  const std::uint32_t left = cells.left * kCell, top = cells.top * kCell;
  return {.left = left,
          .top = top,
          .width = std::min(grey.width, right_of(cells) * kCell + 1) - left,
          .height = std::min(grey.height, bottom_of(cells) * kCell + 1) - top};
}

// Rows of the box that differ from its ground.
std::uint32_t rows_of_ink(const Grey& grey, const Box& box) {
  const Grey part = cut(grey, box);
  const int ground = median(part);
  std::uint32_t rows = 0;
  for (std::uint32_t y = 0; y < part.height; ++y) {
    const auto row = part.samples.begin() + static_cast<std::ptrdiff_t>(std::size_t{y} * part.width);
    rows += std::any_of(row, row + static_cast<std::ptrdiff_t>(part.width),
                        [&](int sample) { return std::abs(sample - ground) >= kVisible; })
                ? 1U
                : 0U;
  }
  return rows;
}

// A rule between two paragraphs, the edge of a panel.
bool is_thin(const Grey& grey, const Box& box) {
  return box.height <= 2 * kCell + 1 && rows_of_ink(grey, box) < kLeastInk;
}

std::uint64_t area(const Box& box) {
  return std::uint64_t{box.width} * box.height;
}

}  // namespace

std::vector<Box> text_regions(const Grey& grey) {
  if (grey.samples.empty()) return {};
  const Cells cells = visible_cells(grey);
  std::vector<Box> boxes = connected(cells, widened(cells));
  std::ranges::for_each(boxes, [&](Box& box) { box = in_pixels(box, grey); });
  std::erase_if(boxes, [&](const Box& box) { return is_thin(grey, box); });
  if (boxes.empty()) return {};
  Box all = boxes.front();
  for (const Box& box : boxes) all = evidence::around(all, box);
  if (boxes.size() <= 16 * kMaxRegions) boxes = joined(std::move(boxes));
  std::uint64_t sum = 0;
  for (const Box& box : boxes) sum += area(box);
  const bool worth_it = static_cast<double>(sum) <= kWorthIt * static_cast<double>(area(all));
  if (boxes.size() > kMaxRegions || !worth_it) boxes.assign(1, all);
  std::ranges::sort(boxes, {}, [](const Box& box) { return std::pair(box.top, box.left); });
  std::ranges::for_each(boxes, [&](Box& box) { box = grown(box, kRoom, grey); });
  return boxes;
}

}  // namespace signalbox::vision
