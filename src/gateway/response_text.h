// Internal to the gateway: response and request heads as bytes.
//
// Headers that are not well-formed (is_valid_header) or that belong to the connection are left out: a value can never
// add a line. Pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http.h"

namespace signalbox::gateway {

// How the end of a response's body is told.
enum class Framing : std::uint8_t { none, length, chunked, close };

struct HeadText {
  int status = 200;
  const Headers* headers = nullptr;
  Framing framing = Framing::none;
  std::uint64_t length = 0;  // Framing::length
  bool keep_alive = true;
  bool http10 = false;          // the client speaks HTTP/1.0: keep-alive must be said
  std::string_view date;        // written when the headers carry none
  std::string_view request_id;  // likewise, as X-Request-Id
};
std::string response_head(const HeadText& head);

// The date in HTTP's format.
std::string http_date(std::chrono::system_clock::time_point now);

// A chunk's size line.
std::string chunk_header(std::size_t size);

// A request to an upstream; Content-Length is written when there is a body or the method usually has one. A proxy on
// the way gets `proxy_authorization`, if it is not empty.
std::string request_head(std::string_view method, std::string_view target, std::string_view host,
                         const Headers& headers, std::size_t body_size, std::string_view proxy_authorization = {});

}  // namespace signalbox::gateway
