#include "gateway/response_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace signalbox::gateway {
namespace {

// Written by us, whatever a handler or an upstream says.
bool is_of_connection(std::string_view name) {
  constexpr std::array<std::string_view, 5> kOurs = {"content-length", "transfer-encoding", "connection", "keep-alive",
                                                     "upgrade"};
  for (std::string_view ours : kOurs) {
    if (equal_ignoring_case(name, ours)) return true;
  }
  return false;
}

// Beyond those: what was settled between the client and us. We have the body already, so Expect is met.
bool is_of_client_hop(std::string_view name) {
  constexpr std::array<std::string_view, 7> kTheirs = {
      "host", "expect", "te", "trailer", "proxy-connection", "proxy-authorization", "http2-settings"};
  for (std::string_view theirs : kTheirs) {
    if (equal_ignoring_case(name, theirs)) return true;
  }
  return false;
}

void append_headers(std::string& out, const Headers& headers, bool to_upstream) {
  for (const auto& [name, value] : headers) {
    if (is_of_connection(name) || (to_upstream && is_of_client_hop(name)) || !is_valid_header(name, value)) continue;
    out.append(name).append(": ").append(value).append("\r\n");
  }
}

void append_framing(std::string& out, const HeadText& head) {
  if (head.framing == Framing::length) {
    out.append("Content-Length: ").append(std::to_string(head.length)).append("\r\n");
  } else if (head.framing == Framing::chunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  }
  if (!head.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (head.http10) {
    out.append("Connection: keep-alive\r\n");
  }
}

}  // namespace

std::string response_head(const HeadText& head) {
  std::string out;
  out.reserve(512);
  out.append("HTTP/1.1 ").append(std::to_string(head.status)).append(" ").append(reason_phrase(head.status));
  out.append("\r\n");
  append_headers(out, *head.headers, false);
  if (!head.headers->contains("date")) out.append("Date: ").append(head.date).append("\r\n");
  if (!head.request_id.empty() && !head.headers->contains("x-request-id")) {
    out.append("X-Request-Id: ").append(head.request_id).append("\r\n");
  }
  append_framing(out, head);
  out.append("\r\n");
  return out;
}

std::string http_date(std::chrono::system_clock::time_point now) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

std::string chunk_header(std::size_t size) {
  std::array<char, 2 * sizeof(size) + 2> text;
  char* end = std::to_chars(text.data(), text.data() + 2 * sizeof(size), size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  return {text.data(), end};
}

std::string request_head(std::string_view method, std::string_view target, std::string_view host,
                         const Headers& headers, std::size_t body_size, std::string_view proxy_authorization) {
  std::string out;
  out.reserve(512);
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
  append_headers(out, headers, true);
  if (!proxy_authorization.empty()) out.append("Proxy-Authorization: ").append(proxy_authorization).append("\r\n");
  if (body_size > 0 || method == "POST" || method == "PUT" || method == "PATCH") {
    out.append("Content-Length: ").append(std::to_string(body_size)).append("\r\n");
  }
  out.append("\r\n");
  return out;
}

}  // namespace signalbox::gateway
