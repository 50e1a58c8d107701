// `global.router.remote_images` as written: pictures that a request gives by URL and that are fetched to be judged.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/describe.h"
#include "config/values.h"

namespace signalbox::router {

struct RemoteImagesSpec {
  std::string path;
  std::vector<std::string> origins;
  std::int64_t max_bytes = 4 << 20;
  config::Duration timeout{std::chrono::seconds(3)};
  std::int64_t max_images = 4;
  bool allow_private_addresses = false;
  std::string ca_file;
};

void describe(config::Visitor& v, RemoteImagesSpec& x);

}  // namespace signalbox::router
