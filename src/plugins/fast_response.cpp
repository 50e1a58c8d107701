// fast_response: answers with a fixed assistant message instead of asking a model.
#include "plugins/registry.h"

namespace signalbox::plugins {

struct FastResponseSettings {
  std::string path, message;
  bool enabled = true;
};

void describe(config::Visitor& v, FastResponseSettings& x) {
  v.object("FastResponse", "Answers at once with a fixed assistant message; no model is asked.", &x.path);
  v.field("enabled", x.enabled, {.doc = "Off: the plugin does nothing.", .ours = true});
  v.field("message", x.message, {.doc = "The answer.", .required = true, .non_empty = true});
}

namespace {

class FastResponse final : public Plugin {
 public:
  explicit FastResponse(std::string message) : message_(std::move(message)) {}
  void on_request(RequestEdit& edit) const override { edit.fast_response = message_; }

 private:
  std::string message_;
};

std::unique_ptr<Plugin> make(const FastResponseSettings& settings, const std::string&, config::Diagnostics&) {
  return settings.enabled ? std::make_unique<FastResponse>(settings.message) : nullptr;
}

}  // namespace

extern const Type kFastResponse =
    with_settings<FastResponseSettings, make>({.type = "fast_response", .doc = "Answer with a fixed message."});

}  // namespace signalbox::plugins
