// clarify: asks the user back, as an assistant's turn; no model is asked.
#include <memory>

#include "plugins/registry.h"

namespace signalbox::plugins {

struct ClarifySettings {
  std::string path, question;
  bool enabled = true;
};

void describe(config::Visitor& v, ClarifySettings& x) {
  v.object("Clarify", "Answers with a question to the user; no model is asked.", &x.path);
  v.field("enabled", x.enabled, {.doc = "Off: the plugin does nothing.", .ours = true});
  v.field("question", x.question, {.doc = "The question.", .required = true, .non_empty = true, .ours = true});
}

namespace {

class Clarify final : public Plugin {
 public:
  explicit Clarify(std::string question) : question_(std::move(question)) {}
  void on_request(RequestEdit& edit) const override {
    edit.fast_response = question_;
    edit.clarifies = true;
  }

 private:
  std::string question_;
};

std::unique_ptr<Plugin> make(const ClarifySettings& settings, const std::string&, config::Diagnostics&) {
  return settings.enabled ? std::make_unique<Clarify>(settings.question) : nullptr;
}

}  // namespace

extern const Type kClarify =
    with_settings<ClarifySettings, make>({.type = "clarify", .doc = "Ask the user a question."});

}  // namespace signalbox::plugins
