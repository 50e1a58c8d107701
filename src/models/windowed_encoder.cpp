#include "models/windowed_encoder.h"

#include <algorithm>
#include <utility>

namespace signalbox::models {
namespace {

std::uint32_t window_tokens_of(const LoadedEncoder& model, const WindowOptions& options) {
  const std::uint32_t asked = options.tokens != 0 ? options.tokens : WindowOptions::kDefaultTokens;
  const auto least = static_cast<std::uint32_t>(model.tokenizer.special_tokens_added()) + 1;
  return std::max(least, std::min(asked, model.max_tokens));
}

}  // namespace

tokenizers::Span ReadText::bytes_of(std::size_t window, std::size_t text_size) const {
  const TokenRange& range = windows[window];
  const bool whole_start = range.begin == 0, whole_end = range.end == offsets.size();
  return {.begin = whole_start ? 0 : offsets[range.begin].begin,
          .end = whole_end ? static_cast<std::uint32_t>(text_size) : offsets[range.end - 1].end};
}

WindowedEncoder::WindowedEncoder(const LoadedEncoder& model, const WindowOptions& windows, const BatchLimits& limits)
    : model_(model),
      options_(windows),
      window_tokens_(window_tokens_of(model, windows)),
      batcher_(std::make_unique<EncoderBatcher>(*model.encoder, window_tokens_, limits)) {}

ReadText WindowedEncoder::cut(std::string_view text, std::vector<Window>& windows) const {
  const TokenDesks::Lent desk(desks_);
  model_.tokenizer.encode(text, {.add_special_tokens = false, .max_length = std::nullopt}, desk->scratch,
                          desk->encoding);
  const std::size_t special = model_.tokenizer.special_tokens_added();
  ReadText read;
  read.offsets = desk->encoding.offsets;
  read.windows =
      token_windows(desk->encoding.size(), window_tokens_ - special, options_.overlap, std::max(1U, options_.limit));
  read.tokens = static_cast<std::uint32_t>(desk->encoding.size() + special);
  read.covered_tokens = static_cast<std::uint32_t>(covered(read.windows) + special);
  for (const TokenRange& range : read.windows) {
    model_.tokenizer.wrap(desk->encoding, range.begin, range.end, desk->window);
    const auto& mask = desk->window.special_mask;
    windows.push_back({desk->window.ids, static_cast<std::size_t>(std::ranges::find(mask, 0) - mask.begin())});
  }
  return read;
}

std::expected<ReadText, EmbedError> WindowedEncoder::read(std::string_view text, const EmbedOptions& options,
                                                          const WindowReader& reader) const {
  std::vector<Window> windows;
  ReadText read = cut(text, windows);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const std::size_t first = windows[i].first;
    const std::expected<void, EmbedError> done =
        batcher_->run(std::move(windows[i].ids), options,
                      [&reader, i, first](std::span<const float> hidden) { reader({i, hidden, first}); });
    if (!done) return std::unexpected(done.error());
  }
  return read;
}

}  // namespace signalbox::models
