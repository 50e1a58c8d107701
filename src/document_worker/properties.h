// What a PDF says beside its pages: title and author, comments, form fields, link addresses, bookmarks, scripts,
// descriptions of pictures, metadata.
//
// Taken from the objects of the file, whether a page uses them or not: who reads the file upstream may look at any of
// them.
#pragma once

#include <PDFDoc.h>

#include <expected>
#include <string>

#include "document_worker/refusal.h"

namespace signalbox::document_worker {

// Lines of text. Refused, because what they hold would go upstream unread: embedded files, forms in XML (XFA), sound,
// film and 3D, layers that are hidden.
std::expected<std::string, Refusal> properties_of(PDFDoc& document, std::size_t max_text, Deadline deadline);

}  // namespace signalbox::document_worker
