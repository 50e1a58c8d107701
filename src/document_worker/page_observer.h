// What one page draws: its text, and whether it shows anything that is not text.
//
// The text is taken twice. In reading order, as pdftotext does it (TextOutputDev), which puts letters together by where
// they stand; and in the order of drawing, which has also what poppler leaves out of the former: text outside of the
// page, text drawn twice, the letters behind an /ActualText that says something else, and what a font that is not in
// the document draws whatever its /ToUnicode says. Both are given where they differ.
//
// A page **shows more than text** when it draws an image, a pattern, a shading, a curve, an oblique line, or more than
// kMostLines upright and level lines and boxes; when it clips by letters; when its letters are drawings (Type 3) or
// have no known meaning; when an /ActualText stands for them; and when it has no text at all. Such a page has to be
// read as a picture too. Fewer lines and boxes (rules, frames, underlines, backgrounds) do not count: they could make a
// handful of letters.
#pragma once

#include <Gfx.h>
#include <TextOutputDev.h>

#include <cstdint>
#include <string>

namespace signalbox::document_worker {

class PageObserver final : public TextOutputDev {
 public:
  PageObserver();

  // Both after the page was displayed, at 72 dots per inch.
  std::string text() const;
  // An image of more samples than anybody prints: drawing it would take the whole deadline.
  bool has_huge_image() const { return huge_; }
  // An image that ends before its last sample: readers differ in what they make of it.
  bool has_short_image() const { return short_; }
  bool shows_more_than_text() const { return more_ || unknown_letters_ || lines_ > kMostLines || !any_text_; }
  // Letters that only the picture of the page can tell.
  bool has_unknown_letters() const { return unknown_letters_; }

  bool needNonText() override { return true; }
  bool useShadedFills(int /*type*/) override { return true; }
  bool useTilingPatternFill() override { return true; }

  void drawChar(GfxState* state, double x, double y, double dx, double dy, double originX, double originY,
                CharCode code, int nBytes, const Unicode* u, int uLen) override;
  void beginActualText(GfxState* state, const GooString* text) override;
  void stroke(GfxState* state) override;
  void fill(GfxState* state) override;
  void eoFill(GfxState* state) override;
  void drawImageMask(GfxState* state, Object* ref, Stream* str, int width, int height, bool invert, bool interpolate,
                     bool inlineImg) override;
  void drawImage(GfxState* state, Object* ref, Stream* str, int width, int height, GfxImageColorMap* colorMap,
                 bool interpolate, const int* maskColors, bool inlineImg) override;
  bool tilingPatternFill(GfxState*, Gfx*, Catalog*, GfxTilingPattern*, const double*, int, int, int, int, double,
                         double) override {
    return more_ = true;
  }
  bool functionShadedFill(GfxState*, GfxFunctionShading*) override { return more_ = true; }
  bool axialShadedFill(GfxState*, GfxAxialShading*, double, double) override { return more_ = true; }
  bool radialShadedFill(GfxState*, GfxRadialShading*, double, double) override { return more_ = true; }
  bool gouraudTriangleShadedFill(GfxState*, GfxGouraudTriangleShading*) override { return more_ = true; }
  bool patchMeshShadedFill(GfxState*, GfxPatchMeshShading*) override { return more_ = true; }

 private:
  static constexpr int kMostLines = 40;
  static constexpr std::int64_t kMostSamples = 150'000'000;  // A4 at 1200 dots per inch

  void look_at_image(Stream& samples, int width, int height, int bits_a_sample);
  void look_at_path(const GfxState& state);
  void separate(const GfxState& state, double x, double y, double advance_x, double advance_y);

  std::string drawn_;  // in the order of drawing
  bool any_text_ = false;
  bool more_ = false, unknown_letters_ = false;
  bool huge_ = false, short_ = false;
  int lines_ = 0;
  bool has_last_ = false;
  double last_x_ = 0, last_y_ = 0;  // where the last letter ended
};

}  // namespace signalbox::document_worker
