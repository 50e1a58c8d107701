// Writes a head folder: the other side of Head::load.
#pragma once

#include <expected>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "models/head.h"

namespace signalbox::models {

// Makes the folder where there is none and replaces the head in it. `details` (an object, or null) is what people want
// to know besides: it joins head.json, and loading ignores it. Equal heads give equal files. The error is one sentence.
std::expected<void, std::string> save_head(const std::filesystem::path& folder, const HeadSpec& spec,
                                           const nlohmann::ordered_json& details);

}  // namespace signalbox::models
