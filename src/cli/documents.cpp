#include "cli/documents.h"

#include <utility>

#include "cli/images.h"
#include "documents/pdf_pool.h"
#include "vision/remembering_reader.h"

namespace signalbox::cli {

std::unique_ptr<documents::FileReader> make_document_reader(const router::RouterSpec& spec) {
  constexpr std::size_t kMiB = 1 << 20;
  const auto max_bytes = static_cast<std::size_t>(spec.documents.max_bytes);
  auto pool = documents::make_pdf_pool({.executable = documents::worker_beside_us(),
                                        .version = SIGNALBOX_VERSION,
                                        .max_bytes = max_bytes,
                                        .max_pages = static_cast<std::uint32_t>(spec.documents.max_pages),
                                        .recognition = recognizer_options(spec.image_text)});
  if (!pool) return std::make_unique<documents::FileReader>(nullptr, pool.error(), max_bytes);
  std::unique_ptr<evidence::ImageReader> pdfs = std::move(*pool);
  if (spec.image_text_cache_mib != 0) {
    pdfs = std::make_unique<vision::RememberingReader>(std::move(pdfs),
                                                       static_cast<std::size_t>(spec.image_text_cache_mib) * kMiB);
  }
  return std::make_unique<documents::FileReader>(std::move(pdfs), "", max_bytes);
}

}  // namespace signalbox::cli
