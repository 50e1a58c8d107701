// A tree written as YAML again: block style, strings quoted where they must be or were. Comments, anchors and
// formatting are gone; parsing the text gives an equal tree.
//
// Pure; any thread.
#pragma once

#include <string>

#include "config/node.h"

namespace signalbox::config {

std::string to_yaml(const Node& node);

}  // namespace signalbox::config
