#include "models/text_encoder.h"

#include <fmt/format.h>

#include "models/architecture.h"
#include "tensor/attention.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

std::size_t padded(std::int64_t rows, std::int64_t columns) {
  const std::int64_t step = tensor::Linear::kRowStep;
  return static_cast<std::size_t>((rows + step - 1) / step * step * columns);
}

}  // namespace

EncoderWorkspace::EncoderWorkspace(const EncoderConfig& config, std::int64_t tokens)
    : max_tokens(tokens),
      hidden(padded(tokens, config.hidden)),
      qkv(padded(tokens, (config.heads + 2 * config.key_value_heads) * config.head_dimension)),
      context(padded(tokens, config.heads * config.head_dimension)),
      inner(padded(tensor::Linear::kMaxRows, config.up_width)),
      scratch(static_cast<std::size_t>(
          tensor::attention_scratch(std::min(tokens, config.positions), config.head_dimension) +
          (config.own ? config.own->scratch(std::min(tokens, config.positions)) : 0))) {}

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
