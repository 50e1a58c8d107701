#include "lifecycle/restart_needs.h"

#include <algorithm>

#include "config/node.h"

namespace signalbox::lifecycle {
namespace {

using router::ListenerSpec;
using router::RootSpec;

void compare_listener(const ListenerSpec& started, const ListenerSpec& next, const std::string& path,
                      std::vector<std::string>& paths) {
  if (started.name != next.name) paths.push_back(config::join(path, "name"));
  if (started.address != next.address) paths.push_back(config::join(path, "address"));
  if (started.port != next.port) paths.push_back(config::join(path, "port"));
  if (started.tls != next.tls) paths.push_back(config::join(path, "tls"));
  if (started.limits != next.limits) paths.push_back(config::join(path, "limits"));
  if (started.cors != next.cors) paths.push_back(config::join(path, "cors"));
}

void compare_listeners(const StartedWith& started, const RootSpec& next, std::vector<std::string>& paths) {
  const std::size_t most = std::max(started.listeners.size(), next.listeners.size());
  for (std::size_t i = 0; i < most; ++i) {
    const std::string path = config::join("listeners", i);
    if (i < started.listeners.size() && i < next.listeners.size()) {
      compare_listener(started.listeners[i], next.listeners[i], path, paths);
    } else {
      paths.push_back(path);
    }
  }
}

}  // namespace

std::vector<std::string> needs_restart(const StartedWith& started, const RootSpec& next) {
  std::vector<std::string> paths;
  compare_listeners(started, next, paths);
  const router::ManagementApiSpec &was = started.management, &is = next.global.services.management_api;
  if (was.bind_address != is.bind_address) paths.emplace_back("global.services.management_api.bind_address");
  if (was.port != is.port) paths.emplace_back("global.services.management_api.port");
  const router::RouterSpec &router_was = started.router, &router_is = next.global.router;
  if (router_was.image_isolation != router_is.image_isolation) paths.emplace_back("global.router.image_isolation");
  if (!router_was.image_text.same_as(router_is.image_text)) paths.emplace_back("global.router.image_text");
  if (router_was.image_text_cache_mib != router_is.image_text_cache_mib)
    paths.emplace_back("global.router.image_text_cache_mib");
  const router::DocumentsSpec &documents_was = router_was.documents, &documents_is = router_is.documents;
  if (documents_was.max_bytes != documents_is.max_bytes) paths.emplace_back("global.router.documents.max_bytes");
  if (documents_was.max_pages != documents_is.max_pages) paths.emplace_back("global.router.documents.max_pages");
  if (router_was.max_body_bytes != router_is.max_body_bytes) paths.emplace_back("global.router.max_body_bytes");
  if (router_was.overload.max_queued_judgements != router_is.overload.max_queued_judgements) {
    paths.emplace_back("global.router.overload.max_queued_judgements");
  }
  return paths;
}

}  // namespace signalbox::lifecycle
