// For the benchmark only: reads one HTTP/1.1 message after another from a byte stream, without keeping any of it.
//
// Promises: heads of up to 16 KiB; bodies by Content-Length or chunked; body bytes are handed out as they come. It
// trusts what it reads (both ends of the benchmark are ours), but says `broken` when it is not HTTP. One connection's,
// not synchronised.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox::bench {

class HttpMessageReader {
 public:
  // Takes bytes up to the end of the current message and returns how many. `on_body` is called with pieces of the body.
  template <class OnBody>
  std::size_t feed(std::string_view in, OnBody&& on_body) {
    std::size_t used = 0;
    while (used < in.size() && state_ != State::done && state_ != State::broken) {
      const std::string_view rest = in.substr(used);
      if (state_ == State::data) {
        const std::string_view piece = rest.substr(0, left_);
        on_body(piece);
        left_ -= piece.size();
        used += piece.size();
        if (left_ == 0) state_ = chunked_ ? State::line : State::done;
      } else {
        used += state_ == State::head ? take_head(rest) : take_line(rest);
      }
    }
    return used;
  }

  bool done() const { return state_ == State::done; }
  bool broken() const { return state_ == State::broken; }
  bool head_complete() const { return state_ != State::head; }
  bool closes() const { return closes_; }  // Connection: close
  int status() const { return status_; }   // of a response
  void reset();

 private:
  enum class State : std::uint8_t { head, data, line, done, broken };
  std::size_t take_head(std::string_view in);
  std::size_t take_line(std::string_view in);  // of the chunked coding: a size, the end of a chunk, or a trailer
  void read_fields();

  State state_ = State::head;
  bool chunked_ = false;
  bool last_chunk_ = false;
  bool closes_ = false;
  int status_ = 0;
  std::uint64_t left_ = 0;  // of the body or the chunk
  std::string text_;        // the head, or a line, as far as it has come
};

}  // namespace signalbox::bench
