#include "document_worker/page_picture.h"

#include <Page.h>
#include <SplashOutputDev.h>
#include <splash/SplashBitmap.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "document_worker/poppler_errors.h"

namespace signalbox::document_worker {
namespace {

using evidence::Unjudged;
using imaging::Pixels;

constexpr double kPointsPerInch = 72;
constexpr double kDpi = 150, kLeastDpi = 50;

bool deadline_passed(void* deadline) {
  return is_over(*static_cast<const Deadline*>(deadline));
}

Pixels pixels_of(SplashBitmap& bitmap) {
  const auto width = static_cast<std::size_t>(bitmap.getWidth()), height = static_cast<std::size_t>(bitmap.getHeight());
  Pixels pixels{.width = static_cast<std::uint32_t>(width),
                .height = static_cast<std::uint32_t>(height),
                .rgb = std::vector<std::uint8_t>(width * height * 3),
                .alpha = {}};
  for (std::size_t row = 0; row < height; ++row) {
    const std::uint8_t* from = bitmap.getDataPtr() + row * static_cast<std::size_t>(bitmap.getRowSize());
    std::copy_n(from, width * 3, &pixels.rgb[row * width * 3]);
  }
  return pixels;
}

// Dots per inch that fit; 0 for none.
double resolution_for(const Page& page, std::uint64_t max_pixels) {
  const double area = page.getMediaWidth() * page.getMediaHeight() / (kPointsPerInch * kPointsPerInch);
  if (!(area > 0) || !std::isfinite(area)) return 0;
  const double dpi = std::min(kDpi, std::sqrt(static_cast<double>(max_pixels) / area));
  return dpi < kLeastDpi ? 0 : dpi;
}

}  // namespace

std::expected<Pixels, Refusal> picture_of_page(PDFDoc& document, int page, std::uint64_t max_pixels,
                                               Deadline deadline) {
  Page* const subject = document.getPage(page);
  const double dpi = subject == nullptr ? 0 : resolution_for(*subject, max_pixels);
  if (dpi == 0) return std::unexpected(Refusal{Unjudged::too_large, "a page is too large to be looked at"});
  SplashColor paper = {255, 255, 255};
  SplashOutputDev device(splashModeRGB8, 4, false, paper, true);
  device.startDoc(&document);
  document.displayPage(&device, page, dpi, dpi, 0, true, false, false, deadline_passed, &deadline);
  if (is_over(deadline)) return std::unexpected(late());
  SplashBitmap* const bitmap = device.getBitmap();
  const bool drawn = !poppler_failed() && bitmap != nullptr && bitmap->getDataPtr() != nullptr &&
                     bitmap->getMode() == splashModeRGB8 && bitmap->getWidth() > 0 && bitmap->getHeight() > 0;
  if (!drawn) return std::unexpected(Refusal{Unjudged::decode_failed, "a page cannot be drawn in full"});
  return pixels_of(*bitmap);
}

}  // namespace signalbox::document_worker
