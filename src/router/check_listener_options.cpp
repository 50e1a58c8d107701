// TLS, limits and CORS of listeners: values that each parse but cannot be meant.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "router/checks.h"

namespace signalbox::router {

namespace {

void check_durations(const ListenerLimitsSpec& limits, config::Diagnostics& diagnostics) {
  const std::pair<std::string_view, config::Duration> all[] = {{"header_timeout", limits.header_timeout},
                                                               {"body_idle_timeout", limits.body_idle_timeout},
                                                               {"body_timeout", limits.body_timeout},
                                                               {"idle_timeout", limits.idle_timeout},
                                                               {"write_timeout", limits.write_timeout}};
  for (const auto& [key, duration] : all) {
    if (duration.value >= std::chrono::milliseconds(1)) continue;
    diagnostics.error(config::join(limits.path, key), "out_of_range", "a timeout is at least 1ms", "10s");
  }
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view(".-:[]_").contains(c);
}

// As browsers send it: scheme, host in lower case, port when it is not the scheme's own; nothing behind.
bool is_origin(std::string_view text) {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos || mark == 0) return false;
  const std::string_view host = text.substr(mark + 3);
  return !host.empty() && std::all_of(host.begin(), host.end(), is_host_character) &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mark),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-'; });
}

bool is_header_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
  });
}

void check_header_names(const std::vector<std::string>& names, const std::string& path,
                        config::Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (is_header_name(names[i])) continue;
    diagnostics.error(config::join(path, i), "bad_value", fmt::format("\"{}\" is not a header name", names[i]));
  }
}

void check_cors(const CorsSpec& cors, config::Diagnostics& diagnostics) {
  const std::string origins = config::join(cors.path, "allow_origins");
  for (std::size_t i = 0; i < cors.allow_origins.size(); ++i) {
    const std::string& origin = cors.allow_origins[i];
    if (origin == "*" && cors.allow_credentials) {
      diagnostics.error(config::join(origins, i), "cors_credentials",
                        "\"*\" with allow_credentials would let every web page act as its visitor",
                        "name the origins, or set allow_credentials: false");
    } else if (origin != "*" && !is_origin(origin)) {
      diagnostics.error(
          config::join(origins, i), "bad_value",
          fmt::format("\"{}\" is not an origin: scheme://host[:port], in lower case, nothing behind", origin),
          "https://app.example.com");
    }
  }
  check_header_names(cors.allow_headers, config::join(cors.path, "allow_headers"), diagnostics);
  check_header_names(cors.expose_headers, config::join(cors.path, "expose_headers"), diagnostics);
  if (cors.max_age.value < std::chrono::nanoseconds(0)) {
    diagnostics.error(config::join(cors.path, "max_age"), "out_of_range", "a length of time is not negative", "10m");
  }
}

}  // namespace

void check_listener_options(const ListenerSpec& listener, config::Diagnostics& diagnostics) {
  check_durations(listener.limits, diagnostics);
  if (listener.cors) check_cors(*listener.cors, diagnostics);
}

}  // namespace signalbox::router
