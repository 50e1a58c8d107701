#include "models/encoder.h"

#include <algorithm>

#include "tensor/attention.h"

namespace signalbox::models {
namespace {

constexpr std::int64_t kSmallestPiece = 8;

// a / b, rounded up.
std::int64_t up(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

std::size_t padded(std::int64_t rows, std::int64_t columns) {
  const std::int64_t step = tensor::Linear::kRowStep;
  return static_cast<std::size_t>(up(rows, step) * step * columns);
}

}  // namespace

EncoderScratch::EncoderScratch(const EncoderConfig& config, std::int64_t max_tokens)
    : inner(padded(tensor::Linear::kMaxRows, config.up_width)),
      normed(padded(tensor::Linear::kMaxRows, config.hidden)),
      attention(static_cast<std::size_t>(
          tensor::attention_scratch(std::min(max_tokens, config.positions), config.head_dimension) +
          (config.own ? config.own->scratch(std::min(max_tokens, config.positions)) : 0))) {}

EncoderWorkspace::EncoderWorkspace(const EncoderConfig& config, std::int64_t tokens)
    : max_tokens(tokens),
      hidden(padded(tokens, config.hidden)),
      qkv(padded(tokens, (config.heads + 2 * config.key_value_heads) * config.head_dimension)),
      context(padded(tokens, config.heads * config.head_dimension)),
      own(config, tokens) {
  if (config.sequence_tokens == 0) return;
  pooled = tensor::Buffer(padded(tokens / config.sequence_tokens, config.hidden));
  vectors = tensor::Buffer(padded(tokens / config.sequence_tokens, config.vector_width()));
  planes = tensor::Buffer(
      static_cast<std::size_t>(tokens / config.sequence_tokens * (config.own ? config.own->planes() : 0)));
}

// As many pieces for one thread as for the other, and none so small that its products are slow.
std::int64_t EncoderWorkspace::piece_of(std::int64_t rows) const {
  if (threads_ == 1) return tensor::Linear::kMaxRows;
  const auto threads = static_cast<std::int64_t>(threads_);
  const std::int64_t rounds = up(rows, threads * tensor::Linear::kMaxRows);
  const std::int64_t step = tensor::Linear::kRowStep;
  return std::clamp(up(up(rows, rounds * threads), step) * step, kSmallestPiece, tensor::Linear::kMaxRows);
}

std::span<const float> Encoder::result(const PackedBatch& batch, const EncoderWorkspace& workspace,
                                       std::size_t sequence) const {
  const auto width = static_cast<std::size_t>(config().hidden);
  const std::size_t first = batch.starts[sequence];
  return {workspace.hidden.data() + first * width, (batch.starts[sequence + 1] - first) * width};
}

}  // namespace signalbox::models
