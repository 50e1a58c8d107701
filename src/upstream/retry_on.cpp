#include "upstream/retry_on.h"

#include <algorithm>
#include <array>

namespace signalbox::upstream {

// Envoy: 5xx and gateway-error count "no answer at all" as an error of the server, and reset covers failed connections.
bool RetryConditions::allow(const AttemptEnd& end) const {
  const bool server = has(RetryOn::server_error) || has(RetryOn::gateway_error);
  switch (end.kind) {
    case AttemptEnd::Kind::not_sent:
    case AttemptEnd::Kind::overloaded:
      return server || has(RetryOn::connect_failure) || has(RetryOn::reset);
    case AttemptEnd::Kind::no_answer:
      return server || has(RetryOn::reset);
    case AttemptEnd::Kind::answered:
      if (end.status == 409) return has(RetryOn::retriable_4xx);
      if (end.status >= 502 && end.status <= 504) return server;
      return end.status >= 500 && has(RetryOn::server_error);
  }
  return false;
}

std::span<const RetryWord> retry_words() {
  static constexpr std::array<RetryWord, 16> kWords{{
      {"5xx", RetryOn::server_error},
      {"gateway-error", RetryOn::gateway_error},
      {"reset", RetryOn::reset},
      {"connect-failure", RetryOn::connect_failure},
      {"retriable-4xx", RetryOn::retriable_4xx},
      {"reset-before-request", RetryOn::connect_failure},  // HTTP/1.1 knows of no earlier reset
      {"refused-stream"},                                  // HTTP/2
      {"http3-post-connect-failure"},                      // HTTP/3
      {"envoy-ratelimited"},                               // a header of Envoy's rate limit service
      {"retriable-status-codes"},                          // need lists that VSR has no key for
      {"retriable-headers"},
      {"cancelled"},  // gRPC statuses
      {"deadline-exceeded"},
      {"internal"},
      {"resource-exhausted"},
      {"unavailable"},
  }};
  return kWords;
}

const RetryWord* find_retry_word(std::string_view name) {
  const std::span<const RetryWord> words = retry_words();
  const auto found = std::find_if(words.begin(), words.end(), [&](const RetryWord& word) { return word.name == name; });
  return found == words.end() ? nullptr : &*found;
}

}  // namespace signalbox::upstream
