#include "gateway/upstream_error.h"

#include <array>

namespace signalbox::gateway {

using Kind = UpstreamError::Kind;

std::string_view to_string(Kind kind) {
  constexpr std::array<std::string_view, kUpstreamErrorKinds> kNames = {
      "connect_failed", "tls_failed",   "timeout_connect", "timeout_first_byte",  "timeout_idle",   "reset_before_head",
      "reset_mid_body", "bad_response", "cancelled",       "upstream_overloaded", "address_refused"};
  return kNames[static_cast<std::size_t>(kind)];
}

int status_of(const UpstreamError& error) {
  switch (error.kind) {
    case Kind::cancelled:
      return 499;
    case Kind::overloaded:
      return 503;
    case Kind::timeout_connect:
    case Kind::timeout_first_byte:
    case Kind::timeout_idle:
      return 504;
    default:
      return 502;
  }
}

HttpResponse to_response(const UpstreamError& error) {
  const int status = status_of(error);
  HttpResponse response =
      error_response(status, "server_error", to_string(error.kind),
                     status == 503   ? "Too many requests are waiting for the model's backend."
                     : status == 504 ? "The model's backend did not answer in time."
                                     : "The model's backend could not be reached or broke off its answer.");
  if (status == 503) response.headers.set("retry-after", "1");
  return response;
}

}  // namespace signalbox::gateway
