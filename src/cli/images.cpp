#include "cli/images.h"

#include <stdexcept>

#include "vision/in_process_reader.h"
#include "vision/pool.h"

namespace signalbox::cli {

std::unique_ptr<evidence::ImageReader> make_image_reader(router::ImageIsolation isolation) {
  if (isolation == router::ImageIsolation::in_process) {
    return std::make_unique<vision::InProcessReader>(vision::ReaderOptions{});
  }
  auto pool = vision::ReaderPool::create(vision::PoolOptions{});
  if (!pool) throw std::runtime_error(pool.error());
  return std::move(*pool);
}

}  // namespace signalbox::cli
