// system_prompt: replaces the system message, or puts text in front of it.
#include <array>

#include "plugins/registry.h"
#include "protocol/request_edits.h"

namespace signalbox::plugins {

enum class PromptMode : std::uint8_t { replace, insert };
std::span<const config::EnumName> enum_names(PromptMode) {
  static constexpr std::array<config::EnumName, 2> kNames{{{0, "replace"}, {1, "insert"}}};
  return kNames;
}

struct SystemPromptSettings {
  std::string path, system_prompt;
  bool enabled = true;
  PromptMode mode = PromptMode::replace;
};

void describe(config::Visitor& v, SystemPromptSettings& x) {
  v.object("SystemPrompt", "Sets the system prompt of the request.", &x.path);
  v.field("enabled", x.enabled, {.doc = "Off: the plugin does nothing."});
  v.field("mode", x.mode,
          {.doc = "replace: the first system message's content becomes the prompt; insert: the prompt comes "
                  "before it."});
  v.field("system_prompt", x.system_prompt, {.doc = "The prompt.", .required = true, .non_empty = true});
}

namespace {

class SystemPrompt final : public Plugin {
 public:
  SystemPrompt(std::string prompt, protocol::SystemPromptMode mode) : prompt_(std::move(prompt)), mode_(mode) {}
  void on_request(RequestEdit& edit) const override {
    protocol::set_system_prompt(edit.request, edit.splice, prompt_, mode_);
    edit.injected_system_prompt = true;
  }

 private:
  std::string prompt_;
  protocol::SystemPromptMode mode_;
};

std::unique_ptr<Plugin> make(const SystemPromptSettings& settings, const std::string&, config::Diagnostics&) {
  if (!settings.enabled) return nullptr;
  const bool replace = settings.mode == PromptMode::replace;
  return std::make_unique<SystemPrompt>(
      settings.system_prompt, replace ? protocol::SystemPromptMode::replace : protocol::SystemPromptMode::insert);
}

}  // namespace

extern const Type kSystemPrompt =
    with_settings<SystemPromptSettings, make>({.type = "system_prompt", .doc = "Set the system prompt."});

}  // namespace signalbox::plugins
