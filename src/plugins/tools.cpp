// tools: which of the request's tools the model may see.
#include <algorithm>
#include <array>

#include "plugins/registry.h"
#include "protocol/request_edits.h"

namespace signalbox::plugins {

enum class ToolsMode : std::uint8_t { passthrough, none, filtered };
std::span<const config::EnumName> enum_names(ToolsMode) {
  static constexpr std::array<config::EnumName, 3> kNames{{{0, "passthrough"}, {1, "none"}, {2, "filtered"}}};
  return kNames;
}

struct ToolsSettings {
  std::string path;
  bool enabled = true;
  ToolsMode mode = ToolsMode::passthrough;
  std::vector<std::string> allow_tools, block_tools;
  bool strip_tool_history = false;
};

void describe(config::Visitor& v, ToolsSettings& x) {
  v.object("Tools", "Which of the request's tools the model may see.", &x.path);
  v.field("enabled", x.enabled, {.doc = "Off: the plugin does nothing."});
  v.field("mode", x.mode, {.doc = "passthrough: all; none: no tools; filtered: by allow_tools and block_tools."});
  v.field("allow_tools", x.allow_tools, {.doc = "filtered: only these; empty: all but the blocked ones."});
  v.field("block_tools", x.block_tools, {.doc = "filtered: never these."});
  v.field("strip_tool_history", x.strip_tool_history, {.doc = "none: also remove earlier tool calls and results."});
  v.reserved("semantic_selection", "", "Choosing tools by meaning.");
  v.reserved("strategy", "", "How tools are chosen by meaning.");
  v.reserved("dynamic_retrieval",
             "enabled strategy history_window weights<> min_history_confidence fallback_on_low_confidence",
             "Choosing tools by conversation history.");
}

namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Tools final : public Plugin {
 public:
  explicit Tools(const ToolsSettings& settings) : settings_(settings) {}

  void on_request(RequestEdit& edit) const override {
    if (settings_.mode == ToolsMode::none) {
      protocol::drop_all_tools(edit.splice);
      if (settings_.strip_tool_history) protocol::strip_tool_history(edit.request, edit.splice);
    } else if (settings_.mode == ToolsMode::filtered && !edit.request.tools.empty()) {
      filter(edit);
    }
  }

 private:
  void filter(RequestEdit& edit) const {
    std::vector<bool> keep;
    for (const protocol::Tool& tool : edit.request.tools) {
      const bool allowed = settings_.allow_tools.empty() || contains(settings_.allow_tools, tool.name);
      keep.push_back(allowed && !contains(settings_.block_tools, tool.name));
    }
    if (std::find(keep.begin(), keep.end(), false) != keep.end())
      protocol::filter_tools(edit.request, edit.splice, keep);
  }

  ToolsSettings settings_;
};

std::unique_ptr<Plugin> make(const ToolsSettings& settings, const std::string& path, config::Diagnostics& diagnostics) {
  const bool lists = !settings.allow_tools.empty() || !settings.block_tools.empty();
  if (settings.mode != ToolsMode::filtered && lists) {
    diagnostics.warning(path, "lists_without_filter", "allow_tools and block_tools only act with mode: filtered",
                        "mode: filtered");
  }
  if (settings.mode != ToolsMode::none && settings.strip_tool_history) {
    diagnostics.warning(path + ".strip_tool_history", "strip_without_none",
                        "strip_tool_history only acts with mode: none");
  }
  return settings.enabled ? std::make_unique<Tools>(settings) : nullptr;
}

}  // namespace

extern const Type kTools = with_settings<ToolsSettings, make>({.type = "tools", .doc = "Filter the request's tools."});

}  // namespace signalbox::plugins
