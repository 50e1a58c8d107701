#include "models/image_encoder.h"

#include <fmt/format.h>

#include "models/image_architecture.h"
#include "models/image_readout.h"
#include "tensor/load_error.h"

namespace signalbox::models {

std::int64_t ImageConfig::scratch(std::int64_t tokens) const {
  return readout == Readout::probe ? ProbeReadout::scratch(*this, tokens) : 0;
}

const ImageConfig& image_config(const EncoderConfig& config) {
  return static_cast<const ImageConfig&>(*config.own);
}

std::span<const float> ImageEncoder::result(const PackedBatch&, const EncoderWorkspace& workspace,
                                            std::size_t sequence) const {
  const auto width = static_cast<std::size_t>(config().vector_width());
  return {workspace.vectors.data() + sequence * width, width};
}

std::unique_ptr<ImageEncoder> make_image_encoder(const EncoderConfig& config, const tensor::SafetensorsFile& file,
                                                 tensor::Arithmetic arithmetic) {
  const tensor::Weights weights(file);
  const ImageArchitecture& architecture = *find_image_architecture(config.model_type);
  std::unique_ptr<ImageEncoder> encoder = architecture.make(config, weights, arithmetic);
  for (const std::string& name : weights.unused()) {
    if (architecture.is_harmless(name)) continue;
    throw tensor::LoadError(fmt::format("{}: tensor \"{}\" is not part of the image tower of a {} model of {} layers",
                                        file.name(), name, config.model_type, config.layers));
  }
  return encoder;
}

}  // namespace signalbox::models
