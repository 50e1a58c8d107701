// The first frame on its canvas, line by line: giflib's DGifSlurp would hold every frame of an animation in memory.
//
// What the frame does not cover shows its transparent colour or, without one, colour 0; indices behind the colour table
// are black. A frame without a table, or whose table holds its own indices, is greyscale. All as in Pillow.
#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include "vision/decode.h"
#include "vision/header_parts.h"

namespace signalbox::vision {

using imaging::Pixels;
namespace {

using Colours = std::array<std::array<std::uint8_t, 3>, 256>;

struct Source {
  Bytes rest;
  bool ended = false;
};

int read_bytes(GifFileType* gif, GifByteType* out, int wanted) {
  auto& source = *static_cast<Source*>(gif->UserData);
  const auto size = static_cast<std::size_t>(wanted);
  if (size > source.rest.size()) {
    source.ended = true;
    return 0;
  }
  std::memcpy(out, source.rest.data(), size);
  source.rest = source.rest.subspan(size);
  return wanted;
}

struct GifDeleter {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};
using Gif = std::unique_ptr<GifFileType, GifDeleter>;

std::unexpected<DecodeError> failed(const Source& source) {
  return source.ended ? fail(DecodeFault::truncated, "GIF: the file ends early")
                      : fail(DecodeFault::damaged, "GIF: the data is damaged");
}

// Remembers the transparent colour that the block of a graphic control extension declares.
void read_control(const GifByteType* block, std::optional<std::uint8_t>& transparent) {
  constexpr std::uint8_t kHasTransparent = 1;
  if (block != nullptr && block[0] >= 4 && (block[1] & kHasTransparent) != 0) transparent = block[4];
}

bool skip_extension(GifFileType* gif, std::optional<std::uint8_t>& transparent) {
  int code = 0;
  GifByteType* block = nullptr;
  if (DGifGetExtension(gif, &code, &block) == GIF_ERROR) return false;
  if (code == GRAPHICS_EXT_FUNC_CODE) read_control(block, transparent);
  while (block != nullptr) {
    if (DGifGetExtensionNext(gif, &block) == GIF_ERROR) return false;
  }
  return true;
}

bool to_first_image(GifFileType* gif, std::optional<std::uint8_t>& transparent) {
  while (true) {
    GifRecordType kind = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(gif, &kind) == GIF_ERROR) return false;
    if (kind == IMAGE_DESC_RECORD_TYPE) return DGifGetImageDesc(gif) != GIF_ERROR;
    if (kind != EXTENSION_RECORD_TYPE || !skip_extension(gif, transparent)) return false;
  }
}

bool is_ramp(const ColorMapObject& map) {
  for (int i = 0; i < map.ColorCount; ++i) {
    const GifColorType& colour = map.Colors[i];
    if (colour.Red != i || colour.Green != i || colour.Blue != i) return false;
  }
  return true;
}

Colours colours_of(const GifFileType& gif) {
  Colours colours = {};
  const ColorMapObject* map = gif.Image.ColorMap != nullptr ? gif.Image.ColorMap : gif.SColorMap;
  if (map == nullptr || is_ramp(*map)) {
    for (std::size_t i = 0; i < colours.size(); ++i) colours[i].fill(static_cast<std::uint8_t>(i));
    return colours;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(map->ColorCount); ++i)
    colours[i] = {map->Colors[i].Red, map->Colors[i].Green, map->Colors[i].Blue};
  return colours;
}

// Interlaced rows come in four passes.
struct Pass {
  std::size_t first, step;
};
constexpr Pass kProgressive[] = {{0, 1}};
constexpr Pass kInterlaced[] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

// The frame's indices to their place; `canvas` has `width` a row.
bool read_frame(GifFileType* gif, std::vector<std::uint8_t>& canvas, std::size_t width) {
  const auto left = static_cast<std::size_t>(gif->Image.Left), top = static_cast<std::size_t>(gif->Image.Top);
  const std::span<const Pass> passes = gif->Image.Interlace ? std::span<const Pass>(kInterlaced) : kProgressive;
  for (const Pass& pass : passes) {
    for (std::size_t y = pass.first; y < static_cast<std::size_t>(gif->Image.Height); y += pass.step) {
      if (DGifGetLine(gif, &canvas[(top + y) * width + left], gif->Image.Width) == GIF_ERROR) return false;
    }
  }
  return true;
}

bool fits(const GifFileType& gif, const Header& header) {
  return gif.Image.Width > 0 && gif.Image.Height > 0 &&
         static_cast<std::uint64_t>(gif.Image.Left) + static_cast<std::uint64_t>(gif.Image.Width) <= header.width &&
         static_cast<std::uint64_t>(gif.Image.Top) + static_cast<std::uint64_t>(gif.Image.Height) <= header.height;
}

void colour(const std::vector<std::uint8_t>& canvas, const Colours& colours, std::optional<std::uint8_t> transparent,
            Pixels& pixels) {
  pixels.rgb.resize(canvas.size() * 3);
  for (std::size_t i = 0; i < canvas.size(); ++i) std::memcpy(&pixels.rgb[i * 3], colours[canvas[i]].data(), 3);
  if (!transparent || std::ranges::find(canvas, *transparent) == canvas.end()) return;
  pixels.alpha.resize(canvas.size());
  std::ranges::transform(canvas, pixels.alpha.begin(), [&](std::uint8_t index) {
    return static_cast<std::uint8_t>(index == *transparent ? 0 : 255);
  });
}

}  // namespace

StoredResult decode_gif(Bytes bytes, const Header& header) {
  Source source{bytes};
  const Gif gif(DGifOpen(&source, read_bytes, nullptr));
  std::optional<std::uint8_t> transparent;
  if (!gif || !to_first_image(gif.get(), transparent)) return failed(source);
  if (!fits(*gif, header)) return fail(DecodeFault::damaged, "GIF: two headers disagree");
  std::vector<std::uint8_t> canvas(std::size_t{header.width} * header.height, transparent.value_or(0));
  if (!read_frame(gif.get(), canvas, header.width)) return failed(source);
  Stored stored{{.width = header.width, .height = header.height, .rgb = {}, .alpha = {}}, 1};
  colour(canvas, colours_of(*gif), transparent, stored.pixels);
  return stored;
}

}  // namespace signalbox::vision
