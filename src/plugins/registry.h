// The table of plugin types. A new plugin is one file that defines a `const Type`, and one line in registry.cpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/describe.h"
#include "config/diagnostics.h"
#include "plugins/plugin.h"

namespace signalbox::plugins {

struct Type {
  std::string_view type;  // `type` in a decision's plugins[]
  std::string_view doc;
  config::Support support = config::Support::yes;
  std::string_view shape = {};  // keys of an unsupported plugin's configuration
  const config::TypeInfo* (*settings)() = nullptr;
  // Compiles a decoded configuration; null when it is disabled. Reports what is wrong at `path`.
  std::unique_ptr<Plugin> (*make)(const void* settings, const std::string& path,
                                  config::Diagnostics& diagnostics) = nullptr;
  std::string_view canonical = {};  // an alias: the type it stands for
};

// In the order in which plugins act on a request.
std::span<const Type* const> registry();
const Type* find_type(std::string_view type);
// The arms of `plugins[].configuration`; built once.
const std::vector<config::Alternative>& alternatives();

template <class Settings, std::unique_ptr<Plugin> (*Make)(const Settings&, const std::string&, config::Diagnostics&)>
constexpr Type with_settings(Type type) {
  type.settings = [] { return config::type_of<Settings>(); };
  type.make = [](const void* settings, const std::string& path, config::Diagnostics& diagnostics) {
    return Make(settings == nullptr ? Settings{} : *static_cast<const Settings*>(settings), path, diagnostics);
  };
  return type;
}

}  // namespace signalbox::plugins
