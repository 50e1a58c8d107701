// The reader of documents as the configuration asks for it.
#pragma once

#include <memory>

#include "documents/file_reader.h"
#include "router/global_spec.h"

namespace signalbox::cli {

// Where PDFs cannot be read (no worker program, no way to confine it) they are unjudged, and why_no_pdf() says why.
std::unique_ptr<documents::FileReader> make_document_reader(const router::RouterSpec& spec);

}  // namespace signalbox::cli
