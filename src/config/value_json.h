// A member's current value as JSON: the defaults shown in schema and documentation.
//
// Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "config/describe.h"

namespace signalbox::config {

// False when there is nothing worth showing: a nested object, an absent optional, a map with contents.
bool value_json(const void* value, const TypeInfo& type, nlohmann::ordered_json& out);

}  // namespace signalbox::config
