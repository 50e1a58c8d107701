#include "router/remote_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "router/public_address.h"
#include "router/reliability.h"

namespace signalbox::router {

namespace {

constexpr std::string_view kExample = "https://images.example.com";

void add_origin(const RemoteImagesSpec& spec, std::size_t index, RemoteImages& into, config::Diagnostics& diagnostics) {
  const std::string path = config::join(config::join(spec.path, "origins"), index);
  std::expected<auth::WebUrl, std::string> url = auth::parse_web_url(spec.origins[index]);
  if (!url) return diagnostics.error(path, "bad_value", url.error(), std::string(kExample));
  if (url->target != "/") {
    return diagnostics.error(path, "bad_value", "an origin ends behind its host and port: all its paths are allowed",
                             url->origin());
  }
  if (into.origin_of(*url)) {
    return diagnostics.error(path, "duplicate_name", fmt::format("{} stands here twice", url->origin()));
  }
  if (url->is_numeric() && !spec.allow_private_addresses && !is_public_address(url->host)) {
    return diagnostics.error(
        path, "private_address",
        fmt::format("{} is no address of the public internet: it is never connected to", url->host),
        "allow_private_addresses: true, if nobody else decides what it serves");
  }
  into.origins.push_back(std::move(*url));
}

void check_timeout(const RouterSpec& router, const RemoteImagesSpec& spec, config::Diagnostics& diagnostics) {
  const std::string path = config::join(spec.path, "timeout");
  check_positive(spec.timeout, path, diagnostics);
  if (spec.timeout.value < std::chrono::milliseconds(router.deadline_ms)) return;
  diagnostics.error(path, "out_of_range",
                    fmt::format("deadline_ms leaves {} ms for fetching and judging together", router.deadline_ms),
                    "a shorter timeout, or a longer deadline_ms");
}

void check_authorities(const RemoteImagesSpec& spec, const RemoteImages& images, config::Diagnostics& diagnostics) {
  if (spec.ca_file.empty()) return;
  const std::string path = config::join(spec.path, "ca_file");
  if (!std::ifstream(spec.ca_file).good()) {
    diagnostics.error(path, "unreadable_file", fmt::format("the file \"{}\" cannot be read", spec.ca_file));
  }
  if (std::none_of(images.origins.begin(), images.origins.end(), [](const auth::WebUrl& url) { return url.tls; })) {
    diagnostics.warning(path, "no_effect", "every origin is reached by plain http", "https://");
  }
}

}  // namespace

std::optional<std::size_t> RemoteImages::origin_of(const auth::WebUrl& url) const {
  const auto found =
      std::find_if(origins.begin(), origins.end(), [&](const auth::WebUrl& origin) { return origin.same_origin(url); });
  if (found == origins.end()) return std::nullopt;
  return static_cast<std::size_t>(found - origins.begin());
}

std::optional<RemoteImages> build_remote_images(const RouterSpec& router, config::Diagnostics& diagnostics) {
  if (!router.remote_images) return std::nullopt;
  const RemoteImagesSpec& spec = *router.remote_images;
  RemoteImages images;
  for (std::size_t i = 0; i < spec.origins.size(); ++i) add_origin(spec, i, images, diagnostics);
  check_timeout(router, spec, diagnostics);
  check_authorities(spec, images, diagnostics);
  images.max_bytes = static_cast<std::size_t>(spec.max_bytes);
  images.timeout = std::chrono::ceil<std::chrono::milliseconds>(spec.timeout.value);
  images.max_images = static_cast<std::size_t>(spec.max_images);
  images.allow_private_addresses = spec.allow_private_addresses;
  images.ca_file = spec.ca_file;
  return images;
}

}  // namespace signalbox::router
