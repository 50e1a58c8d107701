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

std::size_t padded(std::int64_t rows, std::int64_t columns) {
  const std::int64_t step = tensor::Linear::kRowStep;
  return static_cast<std::size_t>((rows + step - 1) / step * step * columns);
}

}  // namespace

EncoderWorkspace::EncoderWorkspace(const EncoderConfig& config, std::int64_t tokens)
    : max_tokens(tokens),
      hidden(padded(tokens, config.hidden)),
      qkv(padded(tokens, 3 * config.hidden)),
      context(padded(tokens, config.hidden)),
      inner(padded(tensor::Linear::kMaxRows, config.intermediate)),
      scratch(static_cast<std::size_t>(
          tensor::attention_scratch(std::min(tokens, config.positions), config.hidden / config.heads))) {}

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
