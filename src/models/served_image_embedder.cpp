#include "models/served_image_embedder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "tensor/kernels.h"

namespace signalbox::models {

ServedImageEmbedder::ServedImageEmbedder(LoadedImageEncoder loaded, ModelInfo info, const BatchLimits& limits)
    : loaded_(std::move(loaded)), info_(std::move(info)) {
  const auto tokens = static_cast<std::uint32_t>(loaded_.folder.encoder.sequence_tokens);
  batcher_ = std::make_unique<EncoderBatcher>(*loaded_.encoder, tokens, limits);
}

ServedImageEmbedder::Result ServedImageEmbedder::embed(ImageInput image, const EmbedOptions& options) const {
  const auto failed = [](std::string why) {
    return std::unexpected(EmbedError{EmbedError::Kind::failed, std::move(why)});
  };
  const std::int64_t wanted = image_config(loaded_.folder.encoder).image.size();
  if (static_cast<std::int64_t>(image.pixels.size()) != wanted) {
    return failed(fmt::format("{} numbers of pixels; this model takes {}", image.pixels.size(), wanted));
  }
  if (!std::ranges::all_of(image.pixels, [](float x) { return std::isfinite(x); })) {
    return failed("a pixel that is not a finite number");
  }
  auto embedding = std::make_shared<ImageEmbedding>();
  embedding->values.resize(info_.dimension);
  const auto tokens = static_cast<std::uint32_t>(loaded_.folder.encoder.sequence_tokens);
  embedding->tokens = embedding->covered_tokens = tokens;
  const std::expected<void, EmbedError> done =
      batcher_->run(std::move(image.pixels), tokens, options, [embedding](std::span<const float> vector) {
        std::vector<float>& values = embedding->values;
        std::copy_n(vector.begin(), values.size(), values.begin());
        tensor::vector_kernels().l2_normalize(values.data(), static_cast<std::int64_t>(values.size()));
      });
  if (!done) return std::unexpected(done.error());
  return embedding;
}

}  // namespace signalbox::models
