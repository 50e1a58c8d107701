// A description or a document turned into text: JSON Schema, reference documentation, redacted YAML/JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "config/describe.h"

namespace signalbox::config {

// JSON Schema (2020-12) of a described object; structs become $defs, recursion becomes $ref. Unknown keys are refused
// (additionalProperties: false), required keys listed, defaults and ranges and choices included.
nlohmann::ordered_json json_schema(ValueRef root, const std::string& id, const std::string& title);

// docs/configuration.md: one section per struct, a table of key, type, default, meaning; our own keys and unsupported
// keys are marked.
std::string markdown_reference(ValueRef root, const std::string& title, const std::string& introduction);

// The tree as JSON, scalars typed as YAML's core schema says, with the values at `secrets` replaced by "[redacted]".
nlohmann::ordered_json to_json(const Node& node, const std::vector<std::string>& secrets = {});

}  // namespace signalbox::config
