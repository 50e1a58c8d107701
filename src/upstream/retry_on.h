// What a failed attempt was, and which failures may be tried again: Envoy's `retry_on` words.
//
// The line that matters is whether the backend may have begun to work: an attempt that never reached it is safe to
// repeat anywhere, a request that was sent is repeated only if its owner said so (the answer may cost money twice).
// Pure values and functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace signalbox::upstream {

struct AttemptEnd {
  enum class Kind : std::uint8_t {
    answered,    // there is a status line
    not_sent,    // no connection: nothing reached the backend
    overloaded,  // no connection by our own bound: nothing reached the backend, and it is not to blame
    no_answer,   // sent, in part or whole, and then a reset, a timeout or garbage
  };
  Kind kind = Kind::answered;
  int status = 0;

  bool reached_backend() const { return kind == Kind::answered || kind == Kind::no_answer; }
  // What counts against a backend: no answer, no connection, or a status of its own making.
  bool is_failure() const {
    return kind == Kind::not_sent || kind == Kind::no_answer || (kind == Kind::answered && status >= 500);
  }
};

enum class RetryOn : std::uint8_t {
  nothing = 0,  // a word of Envoy's that has no meaning over HTTP/1.1
  connect_failure = 1,
  server_error = 2,   // 5xx
  gateway_error = 4,  // 502, 503, 504
  reset = 8,
  retriable_4xx = 16,  // 409
};

class RetryConditions {
 public:
  RetryConditions() = default;
  explicit RetryConditions(RetryOn one) { add(one); }
  void add(RetryOn condition) { bits_ |= static_cast<std::uint8_t>(condition); }
  bool has(RetryOn condition) const { return (bits_ & static_cast<std::uint8_t>(condition)) != 0; }
  bool allow(const AttemptEnd& end) const;
  friend bool operator==(const RetryConditions&, const RetryConditions&) = default;

 private:
  std::uint8_t bits_ = 0;
};

struct RetryWord {
  std::string_view name;
  RetryOn condition = RetryOn::nothing;
};
// Every word that Envoy knows.
std::span<const RetryWord> retry_words();
const RetryWord* find_retry_word(std::string_view name);

}  // namespace signalbox::upstream
