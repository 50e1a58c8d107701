#include "gateway/request_head.h"

#include <algorithm>
#include <charconv>

namespace signalbox::gateway {
namespace {

constexpr Refusal kAmbiguous{400, "ambiguous_length", "The length of the body is malformed or given twice."};
constexpr Refusal kBadTarget{400, "bad_target", "The request target is not a path."};
constexpr Refusal kBadHost{400, "bad_host", "A request carries exactly one Host header, and a target names no other."};

std::optional<std::uint64_t> digits_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool plain = !text.empty() && text.front() != '-' && text.front() != '+';
  if (!plain || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// host[:port], with nothing in it that a URL could split elsewhere.
bool is_host(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || std::string_view("-._:[]%~").contains(c);
  });
}

// Servers that hand headers on as environment variables read these as the real ones.
bool imitates_framing(std::string_view name) {
  return equal_ignoring_case(name, "content_length") || equal_ignoring_case(name, "transfer_encoding");
}

}  // namespace

std::optional<Refusal> judge_framing(const HttpRequest& request, BodyPlan& plan) {
  const auto lengths = request.headers.all("content-length");
  const auto codings = request.headers.all("transfer-encoding");
  if (!lengths.empty()) {
    plan.length = digits_of(lengths[0]);
    if (lengths.size() > 1 || !codings.empty() || !plan.length) return kAmbiguous;
  }
  if (codings.empty()) return std::nullopt;
  if (request.version < 11) return Refusal{400, "ambiguous_length", "Transfer-Encoding is not part of HTTP/1.0."};
  if (codings.size() > 1) return kAmbiguous;
  if (!equal_ignoring_case(codings[0], "chunked")) {
    return Refusal{501, "transfer_coding", "Of the transfer codings only chunked is supported."};
  }
  plan.chunked = true;
  return std::nullopt;
}

std::optional<Refusal> judge_head(const HttpRequest& request) {
  if (request.version != 10 && request.version != 11) {
    return Refusal{505, "http_version", "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
  }
  if (request.method == "CONNECT" || request.method == "TRACE") {
    return Refusal{501, "method", "CONNECT and TRACE are not served here."};
  }
  for (const auto& [name, value] : request.headers) {
    if (!is_valid_header(name, value) || imitates_framing(name)) {
      return Refusal{400, "bad_header", "A header field is not well-formed."};
    }
  }
  const auto hosts = request.headers.all("host");
  if (hosts.size() > 1 || (hosts.empty() && request.version == 11) || (!hosts.empty() && !is_host(hosts[0]))) {
    return kBadHost;
  }
  for (std::string_view expectation : request.headers.all("expect")) {
    if (equal_ignoring_case(expectation, "100-continue")) continue;
    return Refusal{417, "expectation", "The only expectation that can be met is 100-continue."};
  }
  return std::nullopt;
}

std::optional<Refusal> judge_coding(HttpRequest& request, BodyPlan& plan) {
  const auto codings = request.headers.all("content-encoding");
  if (codings.empty()) return std::nullopt;
  const std::string_view coding = codings[0];
  if (codings.size() == 1 && (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip"))) {
    plan.coding = Inflater::Coding::gzip;
  } else if (codings.size() == 1 && equal_ignoring_case(coding, "deflate")) {
    plan.coding = Inflater::Coding::deflate;
  } else if (codings.size() > 1 || !equal_ignoring_case(coding, "identity")) {
    return Refusal{415, "content_encoding", "Of the content codings gzip and deflate are accepted, one at a time."};
  }
  request.headers.remove("content-encoding");
  return std::nullopt;
}

std::optional<Refusal> split_target(HttpRequest& request) {
  std::string_view target = request.target;
  if (!std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '#'; })) {
    return kBadTarget;
  }
  for (std::string_view scheme : {"http://", "https://"}) {
    if (target.size() <= scheme.size() || !equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    const std::string_view authority = target.substr(0, end);
    if (!is_host(authority) || !equal_ignoring_case(authority, request.headers.get("host").value_or(authority))) {
      return kBadHost;
    }
    target = end == target.size() ? std::string_view("/") : target.substr(end);
    break;
  }
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = std::string(target.substr(0, question));
  request.query = std::string(target.substr(std::min(question + 1, target.size())));
  if (request.path.empty()) request.path = "/";
  const bool good = request.path.front() == '/' || (request.path == "*" && request.method == "OPTIONS");
  return good ? std::nullopt : std::optional(kBadTarget);
}

}  // namespace signalbox::gateway
