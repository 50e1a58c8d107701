// Internal to the gateway: the chunked transfer coding, strictly.
//
// The one place where a body's length is told piece by piece, and so the favourite of request smuggling: what is not
// exactly RFC 9112 §7.1 is refused. No white space around the size, no sign or prefix, at most 16 digits, CR LF only,
// no control characters in extensions or trailers, no folded trailers. Extensions and trailers are dropped, and bounded
// together. A state machine of one byte a step (data in bulk), so that the slicing of the input cannot show.
// Belongs to one request; not synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace signalbox::gateway {

class ChunkDecoder {
 public:
  enum class Event : std::uint8_t { need_more, data, end, malformed, too_large };
  struct Step {
    Event event = Event::need_more;
    std::size_t used = 0;   // bytes of the input
    std::string_view data;  // Event::data: part of the input
  };

  explicit ChunkDecoder(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}
  // Takes up to the next event. After end, malformed or too_large it must not be called again.
  Step next(std::string_view in);

 private:
  enum class State : std::uint8_t {
    size_first,
    size,
    extension,
    size_feed,
    data,
    data_return,
    data_feed,
    line_start,
    trailer_name,
    trailer_value,
    trailer_feed,
    last_feed,
  };
  Event take(char c);
  Event take_size(char c);
  Event take_data_end(char c);
  Event take_trailer(char c);
  Event begin_chunk();
  bool is_over_overhead() { return ++overhead_ > kMaxOverhead; }
  // Of extensions and trailers; nobody honest needs more.
  static constexpr std::size_t kMaxOverhead = 16 * 1024;

  std::uint64_t max_bytes_;
  State state_ = State::size_first;
  std::uint64_t left_ = 0;   // of the current chunk
  std::uint64_t total_ = 0;  // of all chunks announced
  std::size_t digits_ = 0;
  std::size_t overhead_ = 0;
};

}  // namespace signalbox::gateway
