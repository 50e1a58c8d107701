// A page as people see it, as pixels for text recognition.
#pragma once

#include <PDFDoc.h>

#include <cstdint>
#include <expected>

#include "document_worker/refusal.h"
#include "imaging/pixels.h"

namespace signalbox::document_worker {

// 150 dots per inch, fewer where the page is so large that `max_pixels` would not do; a page that would need less than
// 50 is refused (too_large). What poppler could not draw in full is refused (decode_failed).
std::expected<imaging::Pixels, Refusal> picture_of_page(PDFDoc& document, int page, std::uint64_t max_pixels,
                                                        Deadline deadline);

}  // namespace signalbox::document_worker
