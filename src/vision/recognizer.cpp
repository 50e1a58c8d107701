// How a picture is read:
//   1. each view of it (grey.h) is cut into the regions that may hold text (text_regions.h), and each of them is made
//      dark on light, and enlarged when it is small: screenshots hold letters of 8 to 14 pixels and the network was
//      trained on about 30;
//   2. Tesseract finds the layout of a region and reads its lines. A small region in which it sees no word is read
//      once more by what is lighter than its ground, and by what is darker: of white letters on a blue bubble on a
//      black page it sees the bubble;
//   3. some lines are read once more (second_reading.h). Those that look like a machine-readable zone, with only its
//      alphabet allowed, since a general model turns runs of '<' into letters. Those that hold a key, as a strip of the
//      region's whole width at another magnification: of 33 rendered AWS keys the first reading lets a regular
//      expression find 88 %, both together all, for a quarter more time; cutting out the word alone, or one large
//      magnification, was worse. Both readings are kept: the second one can only add evidence.
#include "vision/recognizer.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "vision/grey.h"
#include "vision/second_reading.h"
#include "vision/text_regions.h"
#include "vision/written_text.h"

namespace signalbox::vision {

using evidence::Box;
using imaging::Pixels;
namespace {

using Deadline = TextEngine::Deadline;

constexpr double kEnlargedPixels = 4.0e6;        // enlarge up to this area,
constexpr double kMaxEnlargement = 2;            // and up to this factor
constexpr std::uint64_t kSmallRegion = 250'000;  // pixels: a button, a bubble of a few lines
constexpr double kSecondMagnification = 0.75;    // of the first one
constexpr std::size_t kMaxSecondReadings = 16;
constexpr char kEverything[] = "";
constexpr char kMrzAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

double enlargement(const std::vector<Box>& regions) {
  double area = 1;
  for (const Box& region : regions) area += static_cast<double>(region.width) * region.height;
  return std::clamp(std::sqrt(kEnlargedPixels / area), 1.0, kMaxEnlargement);
}

Box moved(Box box, const Box& region) {
  box.left += region.left;
  box.top += region.top;
  return box;
}

// One view of a picture on its way to text.
class Reading {
 public:
  Reading(TextEngine& engine, const Grey& view, double factor, Deadline deadline, WrittenText& text)
      : engine_(engine), view_(view), factor_(factor), deadline_(deadline), text_(text) {}

  // False when the deadline passed.
  bool read(const Box& region) {
    const Grey picture = cut(view_, region);
    const auto words = read_as(dark_on_light(picture), region);
    if (!words) return false;
    if (*words > 0 || std::uint64_t{region.width} * region.height > kSmallRegion) return true;
    return read_as(one_side(picture, Side::lighter), region) && read_as(one_side(picture, Side::darker), region);
  }

 private:
  // How many lines there are.
  std::optional<std::size_t> read_as(const Grey& picture, const Box& region) {
    const auto lines = engine_.read(picture, factor_, TextEngine::Layout::page, kEverything, deadline_);
    if (!lines) return std::nullopt;
    for (const ReadLine& line : *lines) text_.add(line, moved(line.box, region));
    for (const ReadLine& line : *lines) {
      if (!read_again(picture, line, region)) return std::nullopt;
    }
    return lines->size();
  }

  bool read_again(const Grey& picture, const ReadLine& line, const Box& region) {
    const std::string text = joined(line);
    const bool zone = looks_like_mrz(text);
    if (second_readings_ == kMaxSecondReadings || (!zone && !holds_dense_word(text))) return true;
    ++second_readings_;
    const std::uint32_t room = std::max(4U, line.box.height / 3);
    Box place = grown(line.box, room, picture);
    if (!zone) place = {.left = 0, .top = place.top, .width = picture.width, .height = place.height};
    const auto again = engine_.read(cut(picture, place), zone ? factor_ : factor_ * kSecondMagnification,
                                    TextEngine::Layout::line, zone ? kMrzAlphabet : kEverything, deadline_);
    if (!again) return false;
    for (ReadLine second : *again)
      text_.add(zone ? without_blanks(std::move(second)) : second, moved(line.box, region));
    return true;
  }

  TextEngine& engine_;
  const Grey& view_;
  const double factor_;
  const Deadline deadline_;
  WrittenText& text_;
  std::size_t second_readings_ = 0;
};

}  // namespace

std::expected<std::unique_ptr<Recognizer>, std::string> Recognizer::create(const RecognizerOptions& options) {
  auto engine = TextEngine::create(options.tessdata, options.languages);
  if (!engine) return std::unexpected(engine.error());
  return std::unique_ptr<Recognizer>(new Recognizer(std::move(*engine), options.min_confidence));
}

Recognition Recognizer::read(const Pixels& pixels, Deadline deadline) {
  WrittenText text(min_confidence_);
  for (const Grey& view : readable_views(pixels)) {
    const std::vector<Box> regions = text_regions(view);
    Reading reading(*engine_, view, enlargement(regions), deadline, text);
    for (const Box& region : regions) {
      if (!reading.read(region)) return {.late = true};
    }
  }
  return std::move(text).result();
}

}  // namespace signalbox::vision
