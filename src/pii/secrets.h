// The kinds of secrets that are known: what a Span of type SECRET has as its validator.
//
// Constant; any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace signalbox::pii {

// Every kind, such as "github_token", "jwt", "private_key", "password"; sorted.
const std::vector<std::string_view>& secret_kinds();

}  // namespace signalbox::pii
