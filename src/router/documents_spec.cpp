#include "router/documents_spec.h"

namespace signalbox::router {

void describe(config::Visitor& v, DocumentsSpec& x) {
  v.object("Documents",
           "Which PDFs and text files of a request are read. What is over a limit is unjudged, all of it.");
  v.field("max_files", x.max_files,
          {.doc = "Files of a request that are looked at, the newest first; the others are unjudged (too_many).",
           .min = 0,
           .max = 1000});
  v.field("max_bytes", x.max_bytes,
          {.doc = "Largest file; a larger one is unjudged (too_large).", .min = 1024, .max = 256 << 20});
  v.field("max_pages", x.max_pages,
          {.doc = "Most pages of a PDF; one with more is unjudged (too_large). A page that shows more than text takes "
                  "about as long as a picture: mind deadline_ms.",
           .min = 1,
           .max = 10'000});
}

}  // namespace signalbox::router
