// The vectors of a text, whole: of the text where the model can read it at once, else of overlapping windows that
// together are the text.
//
// Pure but for the model it is given; blocks as long as that does (not for I/O threads).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>
#include <vector>

#include "models/embed_many.h"
#include "models/text_embedder.h"

namespace signalbox::models {

struct EmbeddedWindow {
  std::size_t begin = 0, end = 0;  // bytes of the text
  std::shared_ptr<const TextEmbedding> embedding;
};

struct WindowedText {
  std::vector<EmbeddedWindow> windows;  // in order; one when the text fits
  std::uint32_t tokens = 0;             // of the whole text, special tokens included
  std::uint32_t covered_tokens = 0;     // of these, what the windows hold; fewer only beyond the limit
};

// As many windows as a text is read in unless the caller says otherwise; where it would need more, the windows are
// spread evenly over the text.
inline constexpr std::size_t kMaxWindows = 64;

// `embed` is first asked for the text itself, which is the only pass of a text that fits; of another it is the first
// window, as far as the model read. The first error ends it. `limit` 0: as many windows as it takes.
std::expected<WindowedText, EmbedError> embed_windows(std::string_view text, const EmbedOne& embed,
                                                      std::size_t limit = kMaxWindows);

}  // namespace signalbox::models
