#include "cli/management.h"

#include "api/management.h"
#include "gateway/sync_handler.h"

namespace signalbox::cli {

namespace {
std::string instruction_set() {
  if (__builtin_cpu_supports("avx512f")) return "x86-64-v4";
  return __builtin_cpu_supports("avx2") ? "x86-64-v3" : "x86-64-v2";
}
}  // namespace

std::shared_ptr<gateway::Handler> make_management_handler(const ManagementParts& parts) {
  lifecycle::Editor& editor = parts.editor;
  const ManagementAccess& access = parts.access;
  const std::atomic<bool>& draining = parts.draining;
  const api::ManagementServices services{
      .snapshots = parts.snapshots,
      .validate =
          [folder = parts.folder](std::string_view yaml) {
            return router::load_text(yaml, "request", config::process_environment(), nullptr, folder);
          },
      .config =
          [&editor] {
            const lifecycle::Status status = editor.status();
            return api::ConfigDocument{*status.shown, status.fingerprint};
          },
      .images = parts.images,
      .documents = parts.documents,
      .metrics = parts.metrics,
      .log = parts.log,
      .clock = parts.clock,
      .build = {SIGNALBOX_VERSION, instruction_set(), parts.clock.system_now()},
      .bind_address = parts.bind_address,
      .draining = [&draining] { return draining.load(); },
      .editor = &editor,
      .auth = [&access] { return access.auth(); },
  };
  return gateway::make_sync_handler(api::make_management(services), parts.compute, parts.log);
}

}  // namespace signalbox::cli
