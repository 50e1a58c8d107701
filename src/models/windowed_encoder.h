// A loaded encoder at work on texts of any length: tokenizer, windows and batcher, and what a head makes of each
// window.
//
// Windows go through the batcher one after the other: each fills a batch alone, and a long text leaves room for others
// between its windows. Immutable but for its queue; any thread but an I/O thread may call. The model must outlive it.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "models/encoder_batcher.h"
#include "models/loaded_encoder.h"
#include "models/text_embedder.h"
#include "models/token_desks.h"
#include "models/token_windows.h"

namespace signalbox::models {

// How a text was cut.
struct ReadText {
  std::vector<tokenizers::Span> offsets;  // bytes of each token, special tokens not counted
  std::vector<TokenRange> windows;
  std::uint32_t tokens = 0;  // special tokens included
  std::uint32_t covered_tokens = 0;
  // Bytes of the text that a window stands for: it begins and ends with the text where it is the first or last.
  tokenizers::Span bytes_of(std::size_t window, std::size_t text_size) const;
};

class WindowedEncoder {
 public:
  // `first` is the row of the window's first token that is not special.
  struct WindowStates {
    std::size_t window;
    std::span<const float> hidden;  // [tokens, width], special tokens included
    std::size_t first;
  };
  // Runs on the batcher's worker, before read() returns; must not block.
  using WindowReader = std::function<void(const WindowStates&)>;

  WindowedEncoder(const LoadedEncoder& model, const WindowOptions& windows, const BatchLimits& limits);

  // All windows of the text, in order, or the first error.
  std::expected<ReadText, EmbedError> read(std::string_view text, const EmbedOptions& options,
                                           const WindowReader& reader) const;
  std::uint64_t passes() const { return batcher_->passes(); }
  std::uint32_t window_tokens() const { return window_tokens_; }

 private:
  struct Window {
    std::vector<std::uint32_t> ids;
    std::size_t first = 0;
  };
  ReadText cut(std::string_view text, std::vector<Window>& windows) const;

  const LoadedEncoder& model_;
  WindowOptions options_;
  std::uint32_t window_tokens_ = 0;
  mutable TokenDesks desks_;
  std::unique_ptr<EncoderBatcher> batcher_;
};

}  // namespace signalbox::models
