#include "models/served_tagger.h"

#include <algorithm>
#include <span>
#include <utility>

namespace signalbox::models {
namespace {

// What one window says of its tokens, special tokens included.
struct WindowTags {
  std::vector<float> probabilities;  // [tokens, labels]
  std::size_t first = 0;             // row of the first token that is not special
};

TaggedToken tagged(const tokenizers::Span& bytes, std::span<const float> probabilities) {
  const auto best = std::ranges::max_element(probabilities);
  return {.begin = bytes.begin,
          .end = bytes.end,
          .label = static_cast<std::uint32_t>(best - probabilities.begin()),
          .probability = *best};
}

// The window that decides about a token is the one in which it is furthest from a cut; the earlier one of two alike.
std::vector<TaggedToken> decide(const ReadText& read, const std::vector<WindowTags>& tags, std::size_t labels) {
  const std::size_t count = read.offsets.size();
  std::vector<TaggedToken> tokens;
  std::size_t earliest = 0;  // windows before it end before the token
  for (std::size_t token = 0; token < count; ++token) {
    while (earliest < read.windows.size() && read.windows[earliest].end <= token) ++earliest;
    std::size_t best = read.windows.size(), distance = 0;
    for (std::size_t w = earliest; w < read.windows.size() && read.windows[w].begin <= token; ++w) {
      const std::size_t here = distance_from_cut(read.windows[w], token, count);
      if (best != read.windows.size() && here <= distance) continue;
      best = w;
      distance = here;
    }
    if (best == read.windows.size()) continue;  // beyond the window limit
    const std::size_t row = tags[best].first + token - read.windows[best].begin;
    tokens.push_back(tagged(read.offsets[token], std::span(tags[best].probabilities).subspan(row * labels, labels)));
  }
  return tokens;
}

}  // namespace

ServedTagger::ServedTagger(LoadedClassifier loaded, ModelInfo info, const WindowOptions& windows,
                           const BatchLimits& limits)
    : loaded_(std::move(loaded)), info_(std::move(info)), encoder_(loaded_.text, windows, limits) {}

ServedTagger::Result ServedTagger::tag(std::string_view text, const EmbedOptions& options) const {
  const std::size_t labels = loaded_.labels.size();
  std::vector<WindowTags> tags;
  const std::expected<ReadText, EmbedError> read =
      encoder_.read(text, options, [&](const WindowedEncoder::WindowStates& states) {
        tags.push_back({loaded_.head->logits(states.hidden), states.first});
        softmax_rows(tags.back().probabilities, labels);
      });
  if (!read) return std::unexpected(read.error());
  return Tagging{
      .tokens = decide(*read, tags, labels), .text_tokens = read->tokens, .covered_tokens = read->covered_tokens};
}

}  // namespace signalbox::models
