// Internal to api/: who may talk to the management port through a browser.
//
// A browser can be made to send requests here by any page: under a foreign name that resolves to this machine (DNS
// rebinding; the Host header gives it away) or across origins (the Origin header does). Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http.h"

namespace signalbox::api {

enum class Access : std::uint8_t { granted, foreign_host, foreign_origin };
std::string_view to_string(Access access);
std::string_view explain(Access access);  // a sentence for the client

// Host may be a loopback name or address, `bind_address`, or one of `names`; where bind_address is a wildcard, any
// numeric address (a rebinding page needs a name). Any port: it may be forwarded. Origin is judged on requests that are
// not reads.
Access check_access(const gateway::HttpRequest& request, std::string_view bind_address,
                    const std::vector<std::string>& names = {});

}  // namespace signalbox::api
