#include "lifecycle/restart_needs.h"

#include <gmock/gmock.h>

namespace signalbox::lifecycle {
namespace {

using router::RootSpec;
using testing::ElementsAre;
using testing::IsEmpty;

void add_listener(RootSpec& root, std::int64_t port) {
  root.listeners.emplace_back().port = port;
}

TEST(RestartNeeds, NothingWhenNothingOfItChanged) {
  RootSpec started, next;
  add_listener(started, 1);
  add_listener(next, 1);
  next.global.router.deadline_ms = 5;
  next.routing.decisions.emplace_back();
  EXPECT_THAT(needs_restart(StartedWith(started), next), IsEmpty());
}

TEST(RestartNeeds, SocketsAndProcesses) {
  RootSpec started, next;
  add_listener(started, 1);
  add_listener(next, 2);
  next.listeners[0].address = "::1";
  next.global.services.management_api.port = 9;
  next.global.services.management_api.bind_address = "::1";
  next.global.router.image_isolation = router::ImageIsolation::in_process;
  next.global.router.image_text.languages = {"deu"};
  next.global.router.image_text_cache_mib = 0;
  next.global.router.documents = {.max_files = 1, .max_bytes = 4096, .max_pages = 2};
  next.global.router.max_body_bytes = 4096;
  EXPECT_THAT(
      needs_restart(StartedWith(started), next),
      ElementsAre("listeners[0].address", "listeners[0].port", "global.services.management_api.bind_address",
                  "global.services.management_api.port", "global.router.image_isolation", "global.router.image_text",
                  "global.router.image_text_cache_mib", "global.router.documents.max_bytes",
                  "global.router.documents.max_pages", "global.router.max_body_bytes"));
}

TEST(RestartNeeds, OptionsOfListeners) {
  RootSpec started, next;
  add_listener(started, 1);
  add_listener(next, 1);
  next.listeners[0].tls.emplace().cert_file = "a.crt";
  next.listeners[0].limits.max_connections = 7;
  next.listeners[0].cors.emplace().allow_origins = {"*"};
  next.global.router.overload.max_queued_judgements = 3;
  EXPECT_THAT(needs_restart(StartedWith(started), next),
              ElementsAre("listeners[0].tls", "listeners[0].limits", "listeners[0].cors",
                          "global.router.overload.max_queued_judgements"));
}

TEST(RestartNeeds, ListenersAddedAndTakenAway) {
  RootSpec one, two;
  add_listener(one, 1);
  add_listener(two, 1);
  add_listener(two, 2);
  EXPECT_THAT(needs_restart(StartedWith(one), two), ElementsAre("listeners[1]"));
  EXPECT_THAT(needs_restart(StartedWith(two), one), ElementsAre("listeners[1]"));
}

}  // namespace
}  // namespace signalbox::lifecycle
