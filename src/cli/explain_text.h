// The eval response for people at a terminal. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace signalbox::cli {

std::string explain_text(const nlohmann::ordered_json& response);

}  // namespace signalbox::cli
