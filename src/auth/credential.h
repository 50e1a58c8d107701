// What a client sends to say who it is: a bearer token or x-api-key.
//
// Views into the request's headers. Pure; any thread.
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "auth/principal.h"

namespace signalbox::auth {

// Empty when there is none. Values of every Authorization and x-api-key header; a scheme other than Bearer is no
// credential here. Two that differ are refused: a proxy in front may have judged the other one.
std::expected<std::string_view, AuthError> credential_in(const std::vector<std::string_view>& authorization,
                                                         const std::vector<std::string_view>& api_key);

}  // namespace signalbox::auth
