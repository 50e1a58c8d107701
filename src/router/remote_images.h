// `global.router.remote_images` ready for requests: the origins taken apart, the limits in their units.
//
// Immutable, part of a snapshot; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/web_url.h"
#include "config/diagnostics.h"
#include "router/global_spec.h"

namespace signalbox::router {

struct RemoteImages {
  std::vector<auth::WebUrl> origins;
  std::size_t max_bytes = 0;            // of one picture
  std::chrono::milliseconds timeout{};  // of all of a request
  std::size_t max_images = 0;           // distinct URLs of a request
  bool allow_private_addresses = false;
  std::string ca_file;

  // The index of the URL's origin; nothing when it is none of them.
  std::optional<std::size_t> origin_of(const auth::WebUrl& url) const;
};

// Nothing without the key. Says what is wrong with it.
std::optional<RemoteImages> build_remote_images(const RouterSpec& router, config::Diagnostics& diagnostics);

}  // namespace signalbox::router
