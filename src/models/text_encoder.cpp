#include "models/text_encoder.h"

#include <fmt/format.h>

#include <array>

#include "models/bert.h"
#include "tensor/kernels.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

struct Architecture {
  std::string_view model_type;
  std::unique_ptr<TextEncoder> (*make)(const EncoderConfig&, const tensor::Weights&, tensor::Arithmetic);
};

// A new architecture is one file and one line here.
constexpr std::array<Architecture, 1> kArchitectures{{
    {"bert", make_bert},
}};

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
    : inner(padded(tensor::Linear::kMaxRows, config.intermediate)),
      attention(static_cast<std::size_t>(
          tensor::attention_scratch(std::min(max_tokens, config.positions), config.hidden / config.heads))) {}

EncoderWorkspace::EncoderWorkspace(const EncoderConfig& config, std::int64_t tokens)
    : max_tokens(tokens),
      hidden(padded(tokens, config.hidden)),
      qkv(padded(tokens, 3 * config.hidden)),
      context(padded(tokens, config.hidden)),
      own(config, tokens) {}

// As many pieces for one thread as for the other, and none so small that its products are slow.
std::int64_t EncoderWorkspace::piece_of(std::int64_t rows) const {
  if (threads_ == 1) return tensor::Linear::kMaxRows;
  const auto threads = static_cast<std::int64_t>(threads_);
  const std::int64_t rounds = up(rows, threads * tensor::Linear::kMaxRows);
  const std::int64_t step = tensor::Linear::kRowStep;
  return std::clamp(up(up(rows, rounds * threads), step) * step, kSmallestPiece, tensor::Linear::kMaxRows);
}

std::unique_ptr<TextEncoder> make_text_encoder(const EncoderConfig& config, const tensor::SafetensorsFile& file,
                                               tensor::Arithmetic arithmetic) {
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.model_type == config.model_type) {
      const tensor::Weights weights(file);
      return architecture.make(config, weights, arithmetic);
    }
  }
  throw tensor::LoadError(
      fmt::format("{}: Signalbox does not know the architecture \"{}\"", file.name(), config.model_type.substr(0, 40)));
}

}  // namespace signalbox::models
