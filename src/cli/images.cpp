#include "cli/images.h"

#include <algorithm>
#include <stdexcept>

#include "vision/in_process_reader.h"
#include "vision/pool.h"
#include "vision/remembering_reader.h"

namespace signalbox::cli {

namespace {

// What is named is wanted: without it the start fails, here, and not with the first picture.
void require_languages(const router::ImageTextSpec& spec, const vision::RecognizerOptions& options) {
  if (spec.languages.empty() && spec.tessdata.empty()) return;
  if (const auto recognizer = vision::Recognizer::create(options); !recognizer)
    throw std::runtime_error(spec.path + ": " + recognizer.error());
}

vision::ReaderOptions options_of(const router::ImageTextSpec& spec) {
  vision::ReaderOptions options;
  options.recognition = recognizer_options(spec);
  constexpr std::chrono::milliseconds kLongest = std::chrono::hours(1);  // no request may wait as long
  options.reading_time = std::min(kLongest, std::chrono::ceil<std::chrono::milliseconds>(spec.timeout.value));
  require_languages(spec, options.recognition);
  return options;
}

std::unique_ptr<evidence::ImageReader> make_reader(const router::RouterSpec& spec) {
  vision::PoolOptions options;
  options.reader = options_of(spec.image_text);
  if (spec.image_isolation == router::ImageIsolation::in_process)
    return std::make_unique<vision::InProcessReader>(std::move(options.reader));
  auto pool = vision::ReaderPool::create(std::move(options));
  if (!pool) throw std::runtime_error(pool.error());
  return std::move(*pool);
}

}  // namespace

vision::RecognizerOptions recognizer_options(const router::ImageTextSpec& spec) {
  vision::RecognizerOptions options;
  options.tessdata = spec.tessdata;
  if (!spec.languages.empty()) options.languages = spec.languages;
  options.min_confidence = spec.min_confidence;
  return options;
}

std::unique_ptr<evidence::ImageReader> make_image_reader(const router::RouterSpec& spec) {
  constexpr std::size_t kMiB = 1 << 20;
  std::unique_ptr<evidence::ImageReader> reader = make_reader(spec);
  if (spec.image_text_cache_mib == 0) return reader;
  return std::make_unique<vision::RememberingReader>(std::move(reader),
                                                     static_cast<std::size_t>(spec.image_text_cache_mib) * kMiB);
}

}  // namespace signalbox::cli
