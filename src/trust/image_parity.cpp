#include "trust/image_parity.h"

#include <algorithm>
#include <map>
#include <string>

#include "tensor/kernels.h"

namespace signalbox::trust {
namespace {

using Stages = std::map<std::string, std::vector<float>, std::less<>>;

std::vector<float> copy_of(std::span<const float> numbers) {
  return {numbers.begin(), numbers.end()};
}

// What the tower makes of an image, stage by stage; before the pooling only where `layers` asks for it.
Stages stages_of(const models::ImageEncoder& encoder, const GoldenImage& image, bool layers,
                 models::EncoderWorkspace& workspace) {
  Stages stages;
  models::PassOptions options;
  if (layers) {
    options.observe = [&](std::int64_t layer, std::span<const float> states) {
      stages[state_name(encoder.config(), layer)] = copy_of(states);
    };
    options.observe_attention = [&](std::int64_t layer, std::span<const float> states) {
      stages[inner_state_name(encoder.config(), layer)] = copy_of(states);
    };
  }
  workspace.pack.clear();
  workspace.pack.add(image.pixels.data(), static_cast<std::uint32_t>(encoder.config().sequence_tokens));
  const models::PackedBatch batch = workspace.pack.batch();
  encoder.encode(batch, workspace, options);
  const std::span<const float> vector = encoder.result(batch, workspace, 0);
  stages["pooling head"] = copy_of({workspace.pooled.data(), static_cast<std::size_t>(encoder.config().hidden)});
  stages["projection"] = copy_of(vector);
  std::vector<float>& unit = stages["vector"] = copy_of(vector);
  tensor::vector_kernels().l2_normalize(unit.data(), static_cast<std::int64_t>(unit.size()));
  return stages;
}

}  // namespace

Parity compare_with_goldens(const models::ImageEncoder& encoder, const ImageGoldens& goldens, std::size_t max_images) {
  Parity parity;
  parity.sample = "image";
  for (const std::string& name : image_stages(encoder.config())) parity.layers.push_back({.name = name});
  models::EncoderWorkspace workspace(encoder.config(), encoder.config().sequence_tokens);
  for (std::size_t i = 0; i < std::min(max_images, goldens.images.size()); ++i) {
    const GoldenImage& image = goldens.images[i];
    const Stages ours = stages_of(encoder, image, image.find(parity.layers.front().name) != nullptr, workspace);
    for (LayerParity& layer : parity.layers) {
      if (const std::vector<float>* const expected = image.find(layer.name)) {
        layer.note(relative_error(ours.at(layer.name), *expected), i);
      }
    }
    const double similarity = cosine(ours.at("vector"), *image.find("vector"));
    if (!(similarity >= parity.lowest_cosine)) parity.lowest_cosine = similarity;  // keeps a NaN
  }
  return parity;
}

}  // namespace signalbox::trust
