// `global.router.documents` as written: which inline files of a request are read.
#pragma once

#include <cstdint>

#include "config/describe.h"

namespace signalbox::router {

struct DocumentsSpec {
  std::int64_t max_files = 16;
  std::int64_t max_bytes = 16 << 20;
  std::int64_t max_pages = 100;
};

void describe(config::Visitor& v, DocumentsSpec& x);

}  // namespace signalbox::router
