// Internal to the gateway: one picture fetched from its server, within bounds, and only if it is one.
//
// Nothing of the client goes with the request: no header, no cookie, no credential. Redirects are not followed: what
// they name is another URL, and who may be asked is said in the configuration alone. Awaited on an I/O thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/io.h"
#include "gateway/upstream.h"

namespace signalbox::gateway {

enum class FetchOutcome : std::uint8_t {
  fetched,
  address_refused,  // the server's name has no public address
  connect_failed,
  tls_failed,
  timeout,
  overloaded,    // too many fetches from this server
  bad_response,  // not HTTP, broken off, or packed although we asked for it as it is
  redirected,
  bad_status,    // anything but 200
  too_large,     // over max_bytes, or the request with its pictures would be over max_body_bytes
  not_an_image,  // by its bytes, or by what the server calls it
  cancelled,     // the client left
};
std::string_view to_string(FetchOutcome outcome);

struct FetchedImage {
  FetchOutcome outcome = FetchOutcome::bad_response;
  std::string media_type;  // of fetched ones: what the server says, or what the bytes say where it says nothing
  std::string bytes;
};

// How much may come. `room` is what the body of the client's request may still grow by; all its fetches share it.
struct FetchBounds {
  std::size_t max_bytes = 0;
  std::size_t uses = 1;  // how often the picture stands in the request
  std::size_t& room;
};

UpstreamRequest image_request(std::shared_ptr<const Backend> server, std::string target);
// Sends the exchange's request and takes the answer.
Task<FetchedImage> fetch_image(UpstreamExchange& exchange, FetchBounds bounds);

// "data:image/png;base64,…" in quotes, as JSON wants it.
std::string data_uri_literal(const FetchedImage& image);
// Bytes of such a literal, at most.
std::size_t literal_size(std::size_t bytes);

}  // namespace signalbox::gateway
