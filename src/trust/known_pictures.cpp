#include "trust/known_pictures.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>

namespace signalbox::trust {
namespace {

using imaging::Pixels;

constexpr std::uint32_t kSide = 224;

struct Rgb {
  std::uint8_t red, green, blue;
};
struct Colour {
  const char* name;
  Rgb rgb;
};
constexpr std::array<Colour, 7> kColours{{{"red", {210, 40, 40}},
                                          {"green", {40, 160, 60}},
                                          {"blue", {40, 70, 210}},
                                          {"yellow", {235, 210, 40}},
                                          {"orange", {240, 130, 20}},
                                          {"black", {20, 20, 20}},
                                          {"white", {245, 245, 245}}}};

enum class Shape : std::uint8_t { circle, square, triangle };
constexpr std::array<const char*, 3> kShapes{"circle", "square", "triangle"};

// Where a shape stands: the square around it.
struct Box {
  double left, top, side;
};

bool covers(Shape shape, const Box& box, double x, double y) {
  const double across = (x - box.left) / box.side, down = (y - box.top) / box.side;
  if (across < 0 || across > 1 || down < 0 || down > 1) return false;
  if (shape == Shape::square) return true;
  if (shape == Shape::circle) return std::hypot(across - 0.5, down - 0.5) <= 0.5;
  return std::abs(across - 0.5) <= down / 2;  // its tip is above
}

void put(Pixels& picture, std::size_t pixel, Rgb colour) {
  picture.rgb[3 * pixel] = colour.red;
  picture.rgb[3 * pixel + 1] = colour.green;
  picture.rgb[3 * pixel + 2] = colour.blue;
}

Pixels draw(Shape shape, Rgb colour, const Box& box, std::uint8_t grey) {
  Pixels picture{.width = kSide, .height = kSide, .rgb = std::vector<std::uint8_t>(3 * kSide * kSide), .alpha = {}};
  for (std::uint32_t y = 0; y < kSide; ++y) {
    for (std::uint32_t x = 0; x < kSide; ++x) {
      put(picture, std::size_t{y} * kSide + x, covers(shape, box, x + 0.5, y + 0.5) ? colour : Rgb{grey, grey, grey});
    }
  }
  return picture;
}

// Neighbours in the list differ in all of it; no background is near black or white.
KnownPicture picture_of(std::size_t label) {
  const double side = 96 + 8 * static_cast<double>(label % 5);
  const double room = kSide - side;
  const Box box{.left = room * static_cast<double>(1 + label % 4) / 5,
                .top = room * static_cast<double>(1 + label % 3) / 4,
                .side = side};
  const auto grey = static_cast<std::uint8_t>(90 + 12 * (label % 7));
  const Rgb colour = kColours[label / kShapes.size()].rgb;
  return {.picture = draw(static_cast<Shape>(label % kShapes.size()), colour, box, grey), .label = label};
}

}  // namespace

std::vector<std::string> known_labels() {
  std::vector<std::string> labels;
  for (const Colour& colour : kColours) {
    const bool vowel = std::string_view("aeiou").contains(colour.name[0]);
    for (const char* shape : kShapes) labels.push_back(fmt::format("{} {} {}", vowel ? "an" : "a", colour.name, shape));
  }
  return labels;
}

std::vector<KnownPicture> known_pictures() {
  std::vector<KnownPicture> pictures;
  for (std::size_t label = 0; label < kColours.size() * kShapes.size(); ++label) pictures.push_back(picture_of(label));
  return pictures;
}

}  // namespace signalbox::trust
