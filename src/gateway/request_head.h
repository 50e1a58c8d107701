// Internal to the gateway: what a well-formed request head must satisfy beyond HTTP's grammar, rule by rule.
//
// Pure functions of a head; any thread.
#pragma once

#include <optional>

#include "gateway/body_reader.h"
#include "gateway/http.h"

namespace signalbox::gateway {

// How the body is framed and packed, as far as the head says.
struct BodyPlan {
  std::optional<std::uint64_t> length;  // Content-Length
  bool chunked = false;
  std::optional<Inflater::Coding> coding;
};

// One body length, and only one way to read it.
std::optional<Refusal> judge_framing(const HttpRequest& request, BodyPlan& plan);
// Version, method, Host, header bytes, Expect.
std::optional<Refusal> judge_head(const HttpRequest& request);
// Identity, gzip or deflate. What is unpacked here is no longer announced: the header is removed.
std::optional<Refusal> judge_coding(HttpRequest& request, BodyPlan& plan);
// Fills path and query from the target: origin form, absolute form of the same host reduced to it (RFC 9112 §3.2.2), or
// "*" for OPTIONS.
std::optional<Refusal> split_target(HttpRequest& request);

}  // namespace signalbox::gateway
