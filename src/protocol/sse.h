// Server-sent events: reading frames from bytes that arrive in any slicing, and writing them.
//
// A frame keeps its exact bytes, so a stream can be passed on untouched while it is being understood: joining the bytes
// of all frames and the rest gives back the stream. Line ends LF, CRLF and CR, comments, several data lines and a byte
// order mark are read as the WHATWG specification says. A reader belongs to one stream and one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::protocol {

// Views are valid until the reader's next feed() or next().
struct SseFrame {
  std::string_view bytes{};  // with the blank line that ends it
  std::string_view data{};   // the data lines, joined by LF
  std::string_view event{};
  std::string_view id{};
  bool has_data = false;  // false: only comments, other fields or blank lines
};

enum class SseError : std::uint8_t { frame_too_large };

class SseReader {
 public:
  explicit SseReader(std::size_t max_frame_bytes = 4u << 20) : max_frame_bytes_(max_frame_bytes) {}

  // Takes bytes as they came. Call next() until it has nothing more before feeding again: that bounds the memory.
  void feed(std::string_view bytes);
  // The next complete frame, or nothing yet. After an error there is nothing but that error.
  std::expected<std::optional<SseFrame>, SseError> next();
  // Bytes of the frame that is not complete; at the end of the stream, what was cut off.
  std::string_view rest() const { return std::string_view(buffer_).substr(frame_begin_); }

 private:
  std::optional<std::size_t> find_frame_end();
  SseFrame parse(std::string_view bytes);
  void parse_line(std::string_view line, SseFrame& frame);
  void add_data(std::string_view value, SseFrame& frame);

  std::size_t max_frame_bytes_;
  std::string buffer_;
  std::size_t frame_begin_ = 0;
  std::size_t line_begin_ = 0;  // of the line that is being looked at
  std::size_t scanned_ = 0;     // no line end before here that was not dealt with
  bool at_start_ = true;        // a byte order mark may come
  bool failed_ = false;
  std::string joined_;  // several data lines
};

// Appends one frame; line ends inside data start new data lines. `event` may be empty.
void append_sse(std::string& out, std::string_view data, std::string_view event = {});

// What ends an OpenAI stream.
inline constexpr std::string_view kSseDone = "data: [DONE]\n\n";

}  // namespace signalbox::protocol
