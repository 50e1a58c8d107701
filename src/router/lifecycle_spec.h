// `global.services.reload` and `global.services.shutdown`: how the process takes a new configuration, and how it ends.
#pragma once

#include <cstdint>
#include <string>

#include "config/describe.h"
#include "config/values.h"

namespace signalbox::router {

struct ReloadSpec {
  bool watch = true;
  config::Duration debounce{std::chrono::milliseconds(250)};
  std::int64_t max_document_bytes = 8 << 20;
  std::int64_t memory_cap_mb = 0;  // 0: nine tenths of what the process may have
  std::int64_t versions = 10;
};

struct ShutdownSpec {
  config::Duration drain_delay{};
  config::Duration grace{std::chrono::seconds(30)};
};

void describe(config::Visitor& v, ReloadSpec& x);
void describe(config::Visitor& v, ShutdownSpec& x);

}  // namespace signalbox::router
