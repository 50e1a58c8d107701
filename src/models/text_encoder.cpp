#include "models/text_encoder.h"

#include <fmt/format.h>

#include "models/architecture.h"
#include "tensor/attention.h"
#include "tensor/load_error.h"

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
      own(config, tokens) {}

// As many pieces for one thread as for the other, and none so small that its products are slow.
std::int64_t EncoderWorkspace::piece_of(std::int64_t rows) const {
  if (threads_ == 1) return tensor::Linear::kMaxRows;
  const auto threads = static_cast<std::int64_t>(threads_);
  const std::int64_t rounds = up(rows, threads * tensor::Linear::kMaxRows);
  const std::int64_t step = tensor::Linear::kRowStep;
  return std::clamp(up(up(rows, rounds * threads), step) * step, kSmallestPiece, tensor::Linear::kMaxRows);
}

void refuse_unused(const EncoderConfig& config, const tensor::Weights& weights) {
  const Architecture& architecture = *find_architecture(config.model_type);
  for (const std::string& name : weights.unused()) {
    if (architecture.is_harmless(name)) continue;
    throw tensor::LoadError(fmt::format("{}: tensor \"{}\" is not part of a {} model of {} layers",
                                        weights.file().name(), name, config.model_type, config.layers));
  }
}

std::unique_ptr<TextEncoder> make_text_encoder(const EncoderConfig& config, const tensor::SafetensorsFile& file,
                                               tensor::Arithmetic arithmetic) {
  const tensor::Weights weights(file);
  std::unique_ptr<TextEncoder> encoder = find_architecture(config.model_type)->make(config, weights, arithmetic);
  refuse_unused(config, weights);
  return encoder;
}

}  // namespace signalbox::models
