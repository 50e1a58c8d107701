#include "cli/images.h"

#include <stdexcept>

#include "vision/in_process_reader.h"
#include "vision/pool.h"
#include "vision/remembering_reader.h"

namespace signalbox::cli {

namespace {

std::unique_ptr<evidence::ImageReader> make_reader(router::ImageIsolation isolation) {
  if (isolation == router::ImageIsolation::in_process) {
    return std::make_unique<vision::InProcessReader>(vision::ReaderOptions{});
  }
  auto pool = vision::ReaderPool::create(vision::PoolOptions{});
  if (!pool) throw std::runtime_error(pool.error());
  return std::move(*pool);
}

}  // namespace

std::unique_ptr<evidence::ImageReader> make_image_reader(const router::RouterSpec& spec) {
  constexpr std::size_t kMiB = 1 << 20;
  std::unique_ptr<evidence::ImageReader> reader = make_reader(spec.image_isolation);
  if (spec.image_text_cache_mib == 0) return reader;
  return std::make_unique<vision::RememberingReader>(std::move(reader),
                                                     static_cast<std::size_t>(spec.image_text_cache_mib) * kMiB);
}

}  // namespace signalbox::cli
