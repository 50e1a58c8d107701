#include "router/listener_spec.h"

#include <array>

namespace signalbox::router {

void describe(config::Visitor& v, ListenerTlsSpec& x) {
  static constexpr std::array<std::string_view, 2> kVersions{"1.2", "1.3"};
  v.object("ListenerTls", "TLS of a listener. The files are read again when they change, and on reload.", &x.path);
  v.field("cert_file", x.cert_file,
          {.doc = "Certificate chain, PEM, the server's own first.", .required = true, .non_empty = true});
  v.field("key_file", x.key_file, {.doc = "Its private key, PEM, unencrypted.", .required = true, .non_empty = true});
  v.field("min_version", x.min_version, {.doc = "Oldest TLS version spoken.", .choices = kVersions});
  v.field("client_ca_file", x.client_ca_file,
          {.doc = "Only clients with a certificate of one of these authorities (PEM) are served (mTLS)."});
}

void describe(config::Visitor& v, ListenerLimitsSpec& x) {
  v.object("ListenerLimits", "Bounds on what one client may hold.", &x.path);
  v.field("max_connections", x.max_connections,
          {.doc = "Open connections; above it new ones are answered 503.", .min = 1, .max = 1'000'000});
  v.field("max_header_bytes", x.max_header_bytes,
          {.doc = "Request line and header fields together; above it 431.", .min = 1024, .max = 1 << 20});
  v.field("max_header_lines", x.max_header_lines, {.doc = "Header fields; above it 431.", .min = 8, .max = 10'000});
  v.field("header_timeout", x.header_timeout,
          {.doc = "From a request's first byte to the end of its header, else 408; also of the TLS handshake."});
  v.field("body_idle_timeout", x.body_idle_timeout, {.doc = "Between two pieces of a body, else 408."});
  v.field("body_timeout", x.body_timeout, {.doc = "For the whole body, else 408."});
  v.field("idle_timeout", x.idle_timeout, {.doc = "Between requests, and before the first; then it is closed."});
  v.field("write_timeout", x.write_timeout, {.doc = "A client that reads nothing for so long is given up (499)."});
}

void describe(config::Visitor& v, CorsSpec& x) {
  v.object("Cors", "Which web pages may call this listener from a browser (CORS). Off without this block.", &x.path);
  v.field("allow_origins", x.allow_origins,
          {.doc = "Origins such as https://app.example.com, or \"*\" for all.", .required = true, .non_empty = true});
  v.field("allow_headers", x.allow_headers,
          {.doc = "Request headers that pages may send (default authorization, content-type, x-request-id)."});
  v.field("expose_headers", x.expose_headers, {.doc = "Answer headers that pages may read."});
  v.field("max_age", x.max_age, {.doc = "How long a browser may remember the answer to a preflight."});
  v.field("allow_credentials", x.allow_credentials, {.doc = "Pages may send cookies and client certificates."});
}

}  // namespace signalbox::router
