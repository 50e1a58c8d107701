// From configuration files to a snapshot, with every mistake and every doubt on the way.
//
// Used by validate, serve, eval, explain and the management API alike: there is one way to load a configuration.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "config/load.h"
#include "config/node.h"
#include "models/served_models.h"
#include "router/snapshot.h"

namespace signalbox::router {

struct Loaded {
  std::unique_ptr<config::Document> document;
  std::unique_ptr<config::Diagnostics> diagnostics;
  std::shared_ptr<const Snapshot> snapshot;  // null when there are errors
  bool unreadable = false;                   // a file could not be read at all (exit code 2)
};

// Several files deep-merge in order. `text_of`, when given, stands for the file system. `served` opens the models that
// the configuration names; without it none is opened and their signals are unknown, which is enough to validate.
Loaded load(const std::vector<std::string>& paths, const config::Environment& environment,
            const std::function<std::optional<std::string>(const std::string&)>& text_of = {},
            const config::ParseLimits& limits = {}, models::ServedModels* served = nullptr);
// One text, for the management API and tests; `name` stands for the file. Relative paths in it start at `folder`, or,
// when that is empty, at the folder of `name`.
Loaded load_text(std::string_view yaml, const std::string& name, const config::Environment& environment,
                 models::ServedModels* served = nullptr, const std::string& folder = {});

}  // namespace signalbox::router
