// Internal to the gateway: how a request to a backend can fail. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/http.h"

namespace signalbox::gateway {

struct UpstreamError {
  enum class Kind : std::uint8_t {
    connect_failed,      // no address, refused, unreachable
    tls_failed,          // handshake, certificate or name
    timeout_connect,     // name, connection and handshake together
    timeout_first_byte,  // no head in time
    timeout_idle,        // silence in the middle of a body
    reset_before_head,   // closed before a whole head
    reset_mid_body,      // closed before the body's announced end
    bad_response,        // not HTTP
    cancelled,           // our client left
    overloaded,          // by our own bound: too many requests at this backend, and too many or too long in the queue
    address_refused,     // no public address, where only those may be connected to
  };
  Kind kind = Kind::connect_failed;
  std::string detail;  // for logs; names no content
};
constexpr std::size_t kUpstreamErrorKinds = 11;
std::string_view to_string(UpstreamError::Kind kind);
// 504 for timeouts, 503 with Retry-After for overload, else 502; OpenAI-shaped; the code is the kind's name.
HttpResponse to_response(const UpstreamError& error);
// The status of a request that ended so before anything was sent to the client; 499 when that one left.
int status_of(const UpstreamError& error);

}  // namespace signalbox::gateway
