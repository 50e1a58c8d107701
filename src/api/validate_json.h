// What validate answers, on the command line and over HTTP: {valid, errors[], warnings[]}.
//
// Items are {file, line, column, path, code, message, suggestion}; `file` and `suggestion` may be "", line and column 0
// where the place is not in a file. When there were more findings than are kept, `truncated: true` says so. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "config/diagnostics.h"
#include "router/load.h"

namespace signalbox::api {

nlohmann::ordered_json finding_json(const config::Diagnostic& finding);
nlohmann::ordered_json validate_json(const config::Diagnostics& diagnostics);
nlohmann::ordered_json validate_json(const router::Loaded& loaded);

}  // namespace signalbox::api
