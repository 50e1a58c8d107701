#include "document_worker/page_observer.h"

#include <GfxFont.h>
#include <GfxState.h>
#include <GlobalParams.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "document_worker/unicode_text.h"
#include "documents/pdf_pool.h"

namespace signalbox::document_worker {
namespace {

constexpr double kEverything = 1e9;
constexpr int kClipsByText = 4;  // a bit of the text rendering mode

// A straight line or box, parallel to the page's sides.
bool is_rule(const GfxState& state, const GfxSubpath& path) {
  constexpr int kBoxPoints = 6;
  constexpr double kSlack = 0.5;
  if (path.getNumPoints() > kBoxPoints) return false;
  double before_x = 0, before_y = 0;
  for (int i = 0; i < path.getNumPoints(); ++i) {
    if (path.getCurve(i)) return false;
    double x = 0, y = 0;
    state.transform(path.getX(i), path.getY(i), &x, &y);
    const bool parallel = i == 0 || std::abs(x - before_x) < kSlack || std::abs(y - before_y) < kSlack;
    if (!parallel) return false;
    before_x = x, before_y = y;
  }
  return true;
}

// What a font that is not in the document draws for a code: readers take the glyph by its name from a font of their
// own. 0: it cannot be said, or the font is in the document.
Unicode glyph_of(GfxFont& font, CharCode code) {
  constexpr CharCode kCodes = 256;
  Ref embedded;
  if (font.isCIDFont() || font.getType() == fontType3 || font.getEmbeddedFontID(&embedded) || code >= kCodes) return 0;
  const char* const name = static_cast<Gfx8BitFont&>(font).getCharName(static_cast<int>(code));
  return name == nullptr ? 0 : globalParams->mapNameToUnicodeText(name);
}

}  // namespace

PageObserver::PageObserver() : TextOutputDev(nullptr, false, 0, false, false) {}

std::string PageObserver::text() const {
  const std::unique_ptr<GooString> read(getText(-kEverything, -kEverything, kEverything, kEverything));
  std::string reading = read ? read->toStr() : std::string();
  std::replace(reading.begin(), reading.end(), documents::kPageEnd, '\n');
  return same_letters(reading, drawn_) ? reading : reading + "\n" + drawn_;
}

void PageObserver::drawChar(GfxState* state, double x, double y, double dx, double dy, double originX, double originY,
                            CharCode code, int nBytes, const Unicode* u, int uLen) {
  TextOutputDev::drawChar(state, x, y, dx, dy, originX, originY, code, nBytes, u, uLen);
  any_text_ = true;
  const std::shared_ptr<GfxFont>& font = state->getFont();
  const bool drawn_letters = font && font->getType() == fontType3;
  more_ = more_ || drawn_letters || (state->getRender() & kClipsByText) != 0;
  separate(*state, x, y, dx, dy);
  if (const Unicode glyph = font ? glyph_of(*font, code) : 0; glyph != 0) return append_character(glyph, drawn_);
  unknown_letters_ = unknown_letters_ || uLen == 0;
  for (int i = 0; i < uLen; ++i) {
    unknown_letters_ = unknown_letters_ || !has_meaning(u[i]);
    append_character(u[i], drawn_);
  }
}

// A space where the letters stand apart, an end of line where they go on elsewhere.
void PageObserver::separate(const GfxState& state, double x, double y, double advance_x, double advance_y) {
  double at_x = 0, at_y = 0, width = 0, height = 0;
  state.transform(x, y, &at_x, &at_y);
  state.transformDelta(advance_x, advance_y, &width, &height);
  const double size = std::max(std::abs(state.getTransformedFontSize()), 1e-3);
  const double length = std::hypot(width, height);
  const double along_x = length > 0 ? width / length : 1, along_y = length > 0 ? height / length : 0;
  if (has_last_) {
    const double gap_x = at_x - last_x_, gap_y = at_y - last_y_;
    const double along = gap_x * along_x + gap_y * along_y, across = std::abs(gap_x * along_y - gap_y * along_x);
    if (across > 0.5 * size || along < -size || along > 8 * size) {
      drawn_ += '\n';
    } else if (along > 0.15 * size) {
      drawn_ += ' ';
    }
  }
  has_last_ = true;
  last_x_ = at_x + width;
  last_y_ = at_y + height;
}

void PageObserver::beginActualText(GfxState* state, const GooString* text) {
  more_ = true;
  TextOutputDev::beginActualText(state, text);
}

// Reads it to its end, which an image between the operators of a page needs anyway.
void PageObserver::look_at_image(Stream& samples, int width, int height, int bits_a_sample) {
  more_ = true;
  huge_ = huge_ || std::int64_t{width} * height > kMostSamples;
  if (huge_ || short_) return;
  const std::int64_t bytes = (std::int64_t{width} * bits_a_sample + 7) / 8 * height;
  samples.reset();
  for (std::int64_t i = 0; i < bytes && !short_; ++i) short_ = samples.getChar() == EOF;
  samples.close();
}

void PageObserver::look_at_path(const GfxState& state) {
  const GfxPath* path = state.getPath();
  for (int i = 0; i < path->getNumSubpaths() && !more_; ++i) {
    const GfxSubpath& part = *path->getSubpath(i);
    if (part.getNumPoints() < 2) continue;
    if (is_rule(state, part)) {
      lines_ += 1;
    } else {
      more_ = true;
    }
  }
}

void PageObserver::stroke(GfxState* state) {
  look_at_path(*state);
  TextOutputDev::stroke(state);
}

void PageObserver::fill(GfxState* state) {
  look_at_path(*state);
  TextOutputDev::fill(state);
}

void PageObserver::eoFill(GfxState* state) {
  look_at_path(*state);
  TextOutputDev::eoFill(state);
}

void PageObserver::drawImageMask(GfxState*, Object*, Stream* str, int width, int height, bool, bool, bool) {
  look_at_image(*str, width, height, 1);
}

void PageObserver::drawImage(GfxState*, Object*, Stream* str, int width, int height, GfxImageColorMap* colorMap, bool,
                             const int*, bool) {
  look_at_image(*str, width, height, colorMap->getNumPixelComps() * colorMap->getBits());
}

}  // namespace signalbox::document_worker
