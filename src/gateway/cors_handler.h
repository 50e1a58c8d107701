// Internal to the gateway: cross-origin calls from web pages (CORS), in front of another handler.
//
// A preflight is answered here, without authentication: browsers send it without credentials, by design. To every other
// answer the headers are added that let the page read it. A page of another origin gets its answer without them, which
// its browser then hides. Made for one listener; thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace signalbox::gateway {

class Handler;

struct CorsOptions {
  std::vector<std::string> allow_origins;  // exact, or "*"
  std::vector<std::string> allow_headers;
  std::vector<std::string> expose_headers;
  std::chrono::seconds max_age{600};
  bool allow_credentials = false;
};

std::shared_ptr<Handler> make_cors_handler(std::shared_ptr<Handler> inner, CorsOptions options);

}  // namespace signalbox::gateway
