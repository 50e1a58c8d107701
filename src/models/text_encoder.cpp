#include "models/text_encoder.h"

#include <fmt/format.h>

#include "models/architecture.h"
#include "tensor/load_error.h"

namespace signalbox::models {

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
