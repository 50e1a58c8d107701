// The order of a pass through transformer layers. Internal to models/.
//
// All but attention goes row by row, so a layer is two steps: attention, then everything up to the next attention, for
// which a piece of rows stays in the cache.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include "models/encoder.h"

namespace signalbox::models {

// Some rows of a batch, on one thread.
struct Piece {
  std::int64_t first = 0;
  std::int64_t rows = 0;
};

// `width` is that of the states. embed(piece) and finish(piece) are what comes before the first and after the last
// layer, embed(piece, scratch) where it needs scratch memory; a Layer has project(batch, workspace, piece, scratch),
// attend(batch, workspace) and feed_forward(workspace, piece, scratch). Encoder::encode() says what comes back.
template <class Layer, class Embed, class Finish>
bool run_pass(std::int64_t width, const std::vector<Layer>& layers, const PackedBatch& batch, EncoderWorkspace& w,
              const PassOptions& options, const Embed& embed, const Finish& finish) {
  w.between = tensor::Buffer(options.observe_attention ? static_cast<std::size_t>(batch.tokens() * width) : 0);
  if (batch.tokens() > w.max_tokens) throw std::length_error("more tokens than the workspace has room for");
  const auto observe = [&](std::size_t layer) {
    if (!options.observe) return;
    options.observe(static_cast<std::int64_t>(layer),
                    {w.hidden.data(), static_cast<std::size_t>(batch.tokens() * width)});
  };
  w.each_piece(batch.tokens(), [&](std::int64_t first, std::int64_t rows, EncoderScratch& scratch) {
    const Piece piece{first, rows};
    if constexpr (std::is_invocable_v<Embed, const Piece&, EncoderScratch&>) {
      embed(piece, scratch);
    } else {
      embed(piece);
    }
    layers.front().project(batch, w, piece, scratch);
  });
  observe(0);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (options.go_on && !options.go_on()) return false;
    layers[i].attend(batch, w);
    w.each_piece(batch.tokens(), [&](std::int64_t first, std::int64_t rows, EncoderScratch& scratch) {
      const Piece piece{first, rows};
      layers[i].feed_forward(w, piece, scratch);
      if (i + 1 < layers.size()) {
        layers[i + 1].project(batch, w, piece, scratch);
      } else {
        finish(piece);
      }
    });
    if (options.observe_attention) options.observe_attention(static_cast<std::int64_t>(i), w.between.span());
    observe(i + 1);
  }
  return true;
}

}  // namespace signalbox::models
