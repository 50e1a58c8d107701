// block: answers with an error; nothing goes upstream.
#include <memory>

#include "plugins/registry.h"

namespace signalbox::plugins {

struct BlockSettings {
  std::string path, code = "blocked", message = "The policy does not allow this request.";
  bool enabled = true;
  std::int64_t status = 403;
};

void describe(config::Visitor& v, BlockSettings& x) {
  v.object("Block", "Refuses the request; no model is asked.", &x.path);
  v.field("enabled", x.enabled, {.doc = "Off: the plugin does nothing.", .ours = true});
  v.field("status", x.status, {.doc = "HTTP status of the error.", .min = 400, .max = 599, .ours = true});
  v.field("code", x.code, {.doc = "`code` of the error.", .non_empty = true, .ours = true});
  v.field("message", x.message, {.doc = "`message` of the error.", .non_empty = true, .ours = true});
}

namespace {

std::string type_of(std::int64_t status) {
  if (status == 401) return "authentication_error";
  if (status == 403) return "permission_error";
  if (status == 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

class Block final : public Plugin {
 public:
  explicit Block(const BlockSettings& settings)
      : refusal_{static_cast<int>(settings.status), type_of(settings.status), settings.code, settings.message} {}
  void on_request(RequestEdit& edit) const override { edit.refusal = refusal_; }

 private:
  Refusal refusal_;
};

std::unique_ptr<Plugin> make(const BlockSettings& settings, const std::string&, config::Diagnostics&) {
  return settings.enabled ? std::make_unique<Block>(settings) : nullptr;
}

}  // namespace

extern const Type kBlock = with_settings<BlockSettings, make>({.type = "block", .doc = "Refuse the request."});

}  // namespace signalbox::plugins
