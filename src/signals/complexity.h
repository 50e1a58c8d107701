// complexity: what decision/ needs of it, because the composer is a rule tree and rule trees are decision/'s.
//
// Pure; any thread.
#pragma once

#include <cstddef>

#include "config/node.h"

namespace signalbox::signals {

// The composer of rules[rule], where `rules` is the list made by the complexity Type's make_rules; null without one.
// When the tree is false, no leaf of the rule (`name:hard`, `:medium`, `:easy`) matches.
const config::Node* complexity_composer(const void* rules, std::size_t rule);

}  // namespace signalbox::signals
