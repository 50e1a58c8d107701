#include "images.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "models/encoder_batcher.h"
#include "models/loaded_image_encoder.h"

namespace signalbox::bench {

using Clock = std::chrono::steady_clock;

std::string run_images(const ImageLoad& load) {
  const models::ImageFolder folder = models::read_image_folder(load.model);
  const tensor::SafetensorsFile file(folder.weights);
  const std::unique_ptr<models::ImageEncoder> encoder =
      models::make_image_encoder(folder.encoder, file, load.arithmetic);
  const auto tokens = static_cast<std::uint32_t>(folder.encoder.sequence_tokens);
  models::EncoderBatcher batcher(*encoder, tokens, {.threads = load.threads});
  std::vector<float> pixels(static_cast<std::size_t>(models::image_config(folder.encoder).image.size()));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(i * 7919 % 2003) / 1001.0F - 1.0F;
  const auto once = [&] {
    const Clock::time_point start = Clock::now();
    const auto done = batcher.run(pixels, tokens, {}, [](std::span<const float>) {});
    if (!done) throw std::runtime_error(done.error().detail);
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  };
  for (int warm = 0; warm < 2; ++warm) once();
  const Clock::time_point end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(load.seconds));
  std::vector<double> times;
  while (times.size() < 5 || Clock::now() < end) times.push_back(once());
  std::ranges::sort(times);
  return fmt::format(R"({{"runs":{},"min_ms":{:.3f},"p50_ms":{:.3f},"p99_ms":{:.3f}}})", times.size(), times.front(),
                     times[times.size() / 2], times[times.size() * 99 / 100]);
}

}  // namespace signalbox::bench
